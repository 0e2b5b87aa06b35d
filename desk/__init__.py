"""The zoning desk: plans are handed in, checked, returned or accepted, published; who did what, when and why is kept.

The service shows it and the command line works it, both through one object (`desk.desk.Desk`), safe for threads:

    desk = Desk(settings, catalogue)                 # opens nothing before it is used; desk.close()
    desk.checks                                      # anyone, without an account
        .start(files, *, language, municipality=None, by=None) -> Check       # files: Sequence[model.Handed]
        .get(id) -> Check                            # state queued | running | done | failed, stage, stages, summary
        .names(check), .file(check, name) -> Path    # what it made: one of folders.FILES, nothing else of the disk
        .dismiss(check)                              # deletes it; Forbidden for one that was handed in
    desk.submissions                                 # whoever asks is an Account; None is the public
        .submit(account, files | id of a check, *, language) -> Submission    # for the account's own municipality
        .mine(account), .queue(account), .published(), .versions(account, submission) -> list[Submission]
        .get(account, id) -> Submission              # NotFound also for what the account may not see
        .events(account, id) -> list[Event];  .waivers(account, id) -> list[Waiver]
        .possible(account, submission) -> frozenset[str]                      # names as in desk.rights: for buttons
    desk.decisions
        .accept(account, id, reason="");  .return_(account, id, reason);  .withdraw(account, id, reason)
        .waive(account, id, rule, reason);  .unwaive(account, id, rule);  .retry(account, id)
        .ask_to_publish(account, id);  .ask_to_unpublish(account, id, reason) # by the worker; `task` until it is done
    desk.accounts
        .sign_in(email, password) -> SignedIn        # its secret goes into the cookie; SignInRefused, TriedTooOften
        .session(secret) -> Account;  .sign_out(secret)
        .invite(email, name, role, municipality=None, *, language) -> str     # the secret of the one-time link
        .invited(secret) -> Account;  .accept_invitation(secret, password) -> SignedIn
        .change_password(account, old, new) -> SignedIn;  .officers();  .close_account(email)
    desk.tokens
        .make(account, label, days, *, municipality=None) -> str;  .holder(secret) -> Account
        .of(account) -> list[Token];  .revoke(account, id)
    desk.openid                                      # None when no provider is configured
        .begin(return_to) -> (address for the browser, text for its cookie)
        .finish(address it came back to, text of the cookie) -> (SignedIn, path for afterwards)
    desk.municipalities(), desk.municipality(code)   # of the register
    publish.publish(desk.database, id, account, publisher), publish.unpublish(…)   # at once, for who cannot wait
    worker.work(desk, publisher)                     # the process that makes checks and publishes
    published.files(connection, folder), .coverage(connection, register)      # what collections are made of

Errors are those of `desk.errors`: each has `.status` (HTTP) and `.text(language)`.
"""
