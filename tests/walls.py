"""Which walls around a check can be built where the tests run.

bubblewrap needs namespaces, which some containers and every chroot forbid; there the checks of the tests run behind the
other wall, as the program's own do when `KRAJINA_SANDBOX` says so. Where namespaces exist, both are tested.
"""

from plans.sandbox import BUBBLEWRAP, LIMITS, works

KINDS = (BUBBLEWRAP, LIMITS) if works() else (LIMITS,)
BEST = KINDS[0]
