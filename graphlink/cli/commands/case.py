"""`graphlink case`: write what is known of one ring to a folder that can be handed over."""

from pathlib import Path

import click

from graphlink.cli.options import PATH, run_option
from graphlink.cli.printing import print_lines
from graphlink.words.escape import pasted


@click.command(short_help="Write one ring's case pack, to pass on.")
@click.argument("ring", metavar="RING")
@run_option
@click.option("-o", "--output", required=True, type=PATH, help="The folder to write.")
@click.option("--pseudonymise", is_flag=True, help="Replace every id and value by a pseudonym.")
@click.option(
    "--key-file",
    type=PATH,
    help="The secret key for --pseudonymise: 32 random bytes, readable by you alone (mode 0600).",
)
@click.option("--force", is_flag=True, help="Replace the folder of an earlier case pack.")
def case(ring: str, run_folder: Path, output: Path, pseudonymise: bool, key_file: Path | None, force: bool) -> None:
    """Write what a finished run knows of one ring to a folder that can be passed on.

    The folder has the ring's page, its members and signals, the evidence with the file and line of each sighting, the
    graph for Gephi (GEXF) and others (GraphML), and a STIX 2.1 bundle. Either all files are written or none. Nothing is
    analysed again: the data comes from the run's tables and from `rings.json`, which are refused if they changed since
    the run.

    \b
    Examples:
      graphlink case R-46A34EB27F -o case-46A3
      graphlink case R-46A34EB27F -o case-46A3 --run week-9 --force
      graphlink case R-46A34EB27F -o for-partner --pseudonymise --key-file graphlink.key
    """
    if pseudonymise != (key_file is not None):
        raise click.UsageError("--pseudonymise and --key-file go together")
    from graphlink.reading.pseudonyms import read_key
    from graphlink.results.cases.exchange import exchange_names
    from graphlink.results.cases.open_case import open_case
    from graphlink.results.cases.pack import check_pack, write_pack

    check_pack(output, force=force)
    key = None if key_file is None else read_key(key_file)
    opened = open_case(run_folder, ring)
    if key is not None:
        if opened.key_id is not None:
            raise click.UsageError("the names in this run are pseudonyms already; leave --pseudonymise out")
        opened = exchange_names(opened, key)
    page = write_pack(opened, output, force=force)[0]
    print_lines(f"Case:   {page.parent}", f"Next:   xdg-open {pasted(page)}", whole=str(page.parent))
