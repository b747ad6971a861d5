"""Exports in, coded rows out: files, folders, databases and frames, with every row accounted for.

``files`` lists what there is to read, ``layout`` recognises columns and shape, ``delimited``, ``jsonlines``,
``columnar`` and ``databases`` each turn one format into batches of Arrow columns, ``coding`` turns batches into
integers, ``ledger`` finds duplicates and counts, ``extract`` puts it all in order.
"""
