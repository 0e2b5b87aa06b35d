"""How fast collections are served, beside the raw SQL that gives the same answer and beside other servers.

    .venv/bin/python -m bench.serve            # everything, written into bench/RESULTS.md
    .venv/bin/python -m bench.serve --quick    # 20 000 parcels, short cells: two minutes
    .venv/bin/python -m bench.serve --keep /tmp/kept --peers floor,floor-count,ours --workloads W2

Apart from the product: nothing in here is imported by it, and it is measured through its command line and its port.
"""
