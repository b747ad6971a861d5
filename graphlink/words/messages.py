"""Every message by its code: its title, what it means and what to do.

``graphlink explain GLnnn`` and a page that ``make docs`` writes are made from this table. Codes are never reused: GL1nn
refuse a file, GL2nn set one row aside, GL3nn are notices, GL4nn concern the configuration, GL5nn questions, GL6nn and
GL7nn the state, GL8nn the machine.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class MessageInfo(NamedTuple):
    """What a code stands for, what it means and how it is cured."""

    title: str
    meaning: str
    cure: str


def messages_page() -> str:
    """Render the catalogue as a Markdown page.

    Examples
    --------
    >>> messages_page().splitlines()[0]
    '# Messages'
    """
    parts = ["# Messages", "", _INTRODUCTION, ""]
    chapter = ""
    for code, info in sorted(MESSAGES.items()):
        if _CHAPTERS[code[2]] != chapter:
            chapter = _CHAPTERS[code[2]]
            parts += [f"## {chapter}", ""]
        parts += [f"### {code}: {info.title}", "", info.meaning, "", f"**What to do.** {info.cure}", ""]
    return "\n".join(parts).rstrip() + "\n"


_INTRODUCTION: Final = (
    "Made from the code; `graphlink explain GLnnn` prints the same. A message reads\n"
    "`GLnnn FILE:LINE:COLUMN (byte N): what is wrong. Fix: what to do.`, where LINE is the physical line of the file."
)
_CHAPTERS: Final = {
    "0": "Internal",
    "1": "A file is refused (exit 4)",
    "2": "A row is set aside (exit 0, 3 above 0.1 % of the rows, 4 above 1 % of a file)",
    "3": "Notices",
    "4": "The configuration is refused (exit 5)",
    "5": "A question has no answer (exit 4)",
    "6": "Another process is at work (exit 6)",
    "7": "The state is refused (exit 7)",
    "8": "The machine stands in the way (exit 8)",
}

_SETTINGS: Final = "a settings file (`graphlink config init`, then `--config`)"
_AGAIN: Final = "Ask for the export again; nothing was read into an analysis."

MESSAGES: Final[Mapping[str, MessageInfo]] = MappingProxyType(
    {
        "GL001": MessageInfo(
            "two ways of counting disagree",
            "graphlink counts every row twice, and the two counts differ. This is a bug of graphlink.",
            "Run again; if it stays, report it with the file's first lines.",
        ),
        # --- a file is refused ---
        "GL101": MessageInfo(
            "file missing",
            "The path names nothing. The message shows the resolved path and the nearest names in that folder.",
            "Correct the path.",
        ),
        "GL102": MessageInfo("empty file", "The file has no bytes, not even a header.", _AGAIN),
        "GL103": MessageInfo(
            "header only",
            "The file has a header and no row, which usually means that an export failed.",
            "Export again, or set `allow_empty = true` for the source if an empty export is normal.",
        ),
        "GL104": MessageInfo(
            "not a regular file",
            "The path is a device, a pipe or a socket; reading it could wait for ever.",
            "Name a file or a folder of files.",
        ),
        "GL105": MessageInfo(
            "link out of the folder",
            "A symbolic link in the folder leads to itself, or outside it: the export could read what it should not.",
            "Put the file itself into the folder, or name the target as a source of its own.",
        ),
        "GL106": MessageInfo(
            "content and name disagree",
            "The first bytes belong to another format than the name says.",
            "Rename the file as the message says, or export it in the format of its name.",
        ),
        "GL107": MessageInfo(
            "a web page",
            "The file is HTML, usually a log-in page saved in place of the export.",
            "Log in and export again.",
        ),
        "GL108": MessageInfo(
            "cut short",
            "The file ends in the middle: no final newline, an incomplete compressed stream, or no Parquet footer.",
            _AGAIN + " A file that is complete without a final newline: state its rows in `manifest.json`.",
        ),
        "GL109": MessageInfo(
            "expands too much",
            "The compressed file grows beyond the limits of `[reading]`, as files made to exhaust memory do.",
            "If the file is honest, raise `max_expansion` or `max_bytes`.",
        ),
        "GL110": MessageInfo(
            "damaged",
            "A checksum of the file is wrong, or its compressed data cannot be decoded.",
            "Copy the file again; compare its SHA-256 with the exporter's.",
        ),
        "GL111": MessageInfo(
            "type of a column",
            "A column that graphlink reads holds binary, nested, floating-point or extension values; or a column "
            "of a frame mixes times with a zone, times without one, or days, and the order of its rows would say how "
            "they are read.",
            "Export identifiers and values as text, times as timestamps, counts as whole numbers.",
        ),
        "GL112": MessageInfo(
            "not UTF-8",
            "The file is in another encoding; read as UTF-8, its values would not equal those of other files.",
            f"Convert it to UTF-8, or set `encoding` in `[reading]` of {_SETTINGS}.",
        ),
        "GL113": MessageInfo("changed while it was read", "Its size or time changed.", "Wait for the exporter."),
        "GL114": MessageInfo(
            "nothing to read",
            "The folder holds no file named .csv, .tsv, .jsonl, .ndjson (each also .gz, .zst) or .parquet, or folders "
            "within each other without end.",
            "Name the right folder, save workbooks (.xlsx) as CSV, unpack archives, or set `format` for a source with "
            "other names, such as `part-00000.gz`: `[[sources]]` with `path = 'exports'` and `format = 'csv'`.",
        ),
        "GL115": MessageInfo(
            "format unknown",
            "The name does not say what the file is, and graphlink does not guess.",
            "Save a workbook (.xlsx) as CSV, unpack an archive; else rename the file, or set `format` for the source.",
        ),
        "GL120": MessageInfo(
            "column missing",
            "A column that this shape of export needs is not there. The message lists those found, and suggests one "
            "only where such a name means an account in other exports, as `customer` and `user_id` do.",
            f"Map it in {_SETTINGS}: `[columns] account_id = 'name in the file'`, or export it.",
        ),
        "GL121": MessageInfo(
            "no header",
            "The first line looks like data, is in every cell like a line below it, or has words of which some are "
            "values of many lines below and no other is known; taken as a header, a row would be lost and the columns "
            "have no names.",
            "Export with a header line.",
        ),
        "GL122": MessageInfo(
            "a column twice",
            "Two columns have the same name, up to case, spaces and byte order marks, or fill the same field.",
            "Rename or drop one of them.",
        ),
        "GL123": MessageInfo(
            "separator",
            "The header makes sense only with another separator than the name of the file says.",
            f"Set `delimiter` below `[[sources]]` of {_SETTINGS}.",
        ),
        "GL124": MessageInfo(
            "unknown signal type",
            "The export names a signal type that graphlink does not know, so neither its family nor who could have "
            "written it is known. What stands in one row alone, what looks like a value, and all of it where "
            "known types stand for values beside them, as where two columns changed places, is counted and not shown.",
            f"Declare it in `[signals.NAME]`, or list it in `ignore_types`, of {_SETTINGS}. NAME is in small letters, "
            "with _ where the export has a space, a hyphen or a dot: `Device.ID` is `device_id`.",
        ),
        "GL125": MessageInfo(
            "one JSON array",
            "The file is one array, or one object with its rows in a list, as cloud services write it, and not lines.",
            "Write one object per line, as `jq -c '.[]'` does, or `jq -c '.Records[]'`.",
        ),
        "GL126": MessageInfo(
            "the database refuses",
            "The database cannot be opened, or refuses the query that the configuration names.",
            "Try the query by hand, as the same user.",
        ),
        "GL127": MessageInfo(
            "no JSON Lines",
            "No line of the file is a JSON object by itself: one goes over several lines, or commas stand between.",
            "Write each object on one line and no comma after it; `jq -c .` does so with objects over several lines.",
        ),
        "GL130": MessageInfo("rows differ from the manifest", "The exporter wrote another number of rows.", _AGAIN),
        "GL131": MessageInfo("digest differs from the manifest", "The file is not the one that was exported.", _AGAIN),
        "GL132": MessageInfo(
            "manifest not understood",
            "`manifest.json` is not JSON, or names a file that is not there: part of the export is missing. A manifest "
            "speaks of the files beside it and, as `week/access.csv`, of those in folders below it.",
            'Write {"files": {"NAME": {"rows": 123, "sha256": "…"}}}, or ask for the export again.',
        ),
        "GL140": MessageInfo(
            "too many rows set aside",
            "More than 1 % of the rows of a file cannot be used, so the export itself is at fault.",
            "The message names the commonest reason; cure it and export again.",
        ),
        "GL150": MessageInfo(
            "no answer key",
            "The path holds neither a simulator's truth folder nor a table of labels.",
            "Name the world's folder, or a file with account_id and ring_id.",
        ),
        "GL151": MessageInfo(
            "answer key malformed",
            "An answer key is a table, as CSV in UTF-8 or as Parquet, with the columns account_id and ring_id and one "
            "row for each account.",
            "Correct the table.",
        ),
        "GL152": MessageInfo(
            "no run",
            "The folder holds neither `rings.json` nor `rings.csv` and `members.csv`, or they cannot be read, or do "
            "not fit together.",
            "Name a folder that `graphlink run` wrote.",
        ),
        "GL153": MessageInfo(
            "run of another world",
            "None of the run's members is an account of the answer key.",
            "Name the answer key of the data that was analysed.",
        ),
        "GL154": MessageInfo(
            "no sightings for the baselines",
            "The baselines of `evaluate` read one plain table, CSV in UTF-8 or Parquet, and not all that a run reads: "
            "each row an account_id, a signal_type and a signal_value.",
            "Name such a file, or the folder of a simulated world.",
        ),
        "GL160": MessageInfo(
            "far from what is usual",
            "Rows, values, hubs or ring sizes of the week are far from the median of the weeks before, as a broken "
            "export or linking that ran away would show. Nothing was published.",
            "Export the week again. If it is right, widen `refused_low` or `refused_high` in `[sweep]`. Where there is "
            "nothing at all of a type or field any more, --allow-partial sweeps without it; where an export or "
            "a file is missing, it lets through what that one bore in the weeks before, and nothing else.",
        ),
        "GL161": MessageInfo(
            "swept already, with other content",
            "The week's exports are others than those that were swept; the settings are the same.",
            "See what changed in them; --supersede sweeps the week again and keeps the earlier folder.",
        ),
        "GL162": MessageInfo(
            "changed while being read",
            "The digest of a file before the sweep and in it differ, so an exporter was still writing.",
            "Start the sweep when the exports are complete.",
        ),
        "GL163": MessageInfo(
            "older than the newest swept week",
            "Later weeks were told from a past without this one, and are never rewritten in silence.",
            "Leave the week out; or restore the backup from before it and sweep again from there.",
        ),
        "GL164": MessageInfo(
            "no run in the folder",
            "The folder lacks the files by which a run, or a sweep, is compared or made again.",
            "Name the folder of a run; sweeps stand below `output` of `[sweep]`.",
        ),
        "GL165": MessageInfo(
            "the export of the week before",
            "All files of the week are, byte for byte, those of the week before, so the exporter is stuck. Swept as "
            "they are, they would say that rings grow quiet.",
            "Export the week. --allow-partial sweeps it as it is, and says of no ring that it is gone.",
        ),
        "GL166": MessageInfo(
            "a column is gone",
            "Exports of the weeks before had it, and this week's have no such column: it was left out or renamed. "
            "Without `status`, who was closed would count as open; without a time (`seen_at`), who is a victim of a "
            "ring would count as its member.",
            "Export it again, or map what it is called now in `[columns]`. --allow-partial sweeps without it; what was "
            "known of closed accounts then stays.",
        ),
        # --- a row is set aside ---
        "GL201": MessageInfo(
            "byte order mark inside the file",
            "Files were joined without removing their marks; the value would differ invisibly from its twins.",
            "Join the exports with a tool that removes byte order marks.",
        ),
        "GL202": MessageInfo("not UTF-8", "The row holds bytes that are no UTF-8.", "Export the file as UTF-8."),
        "GL203": MessageInfo("NUL character", "Many tools cut text at a NUL.", "Remove it at the source."),
        "GL204": MessageInfo(
            "half a character",
            "A JSON string holds a lone surrogate, which is no character.",
            "Export with a JSON writer that emits valid Unicode.",
        ),
        "GL210": MessageInfo(
            "number of fields",
            "The row has more or fewer fields than the header.",
            "Usually a separator or newline inside a value: quote such values.",
        ),
        "GL211": MessageInfo(
            "quote never closed",
            "A quoted value does not end where it should and swallows the lines that follow. Over ten lines the whole "
            "file is refused; otherwise the first line is set aside and the others are read again.",
            "Double the quotes inside quoted values.",
        ),
        "GL212": MessageInfo(
            "stray quote",
            "A quote stands inside a value, so where the value ends is a guess.",
            "Quote the value and double the quotes inside it.",
        ),
        "GL213": MessageInfo(
            "too long",
            "A value, an account id or a row is longer than the limits of `[reading]`.",
            "If such values are honest, raise `max_value_bytes`, `max_id_bytes` or `max_row_bytes`.",
        ),
        "GL214": MessageInfo("the header again", "The header stands among the rows.", "Join exports without headers."),
        "GL220": MessageInfo(
            "account id missing",
            "The account id is empty, one of `null_tokens`, or what programs write for nobody (`-`, `(null)`, `#N/A`); "
            "as an id it would join strangers.",
            "Export the id, or leave out the rows of nobody, such as visitors who are not logged in; where these are "
            "many and harmless, raise `max_reject_share`.",
        ),
        "GL221": MessageInfo("signal type missing", "The row does not say what its value is.", "Export the type."),
        "GL222": MessageInfo(
            "account id rounded",
            "A spreadsheet wrote the id as a number of a few digits, as `7.30001E+11`: a million ids become that one.",
            "Export the ids anew, and open the file as text (in Excel: Data, From Text/CSV); what was rounded is lost.",
        ),
        "GL230": MessageInfo(
            "malformed value",
            "The value is not what its type says.",
            "Correct it at the source. National telephone numbers need `phone_region`; what your systems write for "
            "nothing belongs in `[reading.placeholders]`. Only where values are hashed, write `[signals.NAME]` with "
            f"`normalise = 'text'`. All of this stands in {_SETTINGS}.",
        ),
        "GL231": MessageInfo(
            "count",
            "The count is not a whole number above zero of at most 15 digits.",
            "Export counts as whole numbers above zero; one with more digits was never counted.",
        ),
        "GL232": MessageInfo(
            "several addresses in one value",
            "The value is a list, as `X-Forwarded-For` is: of the client and of each proxy that passed its request on.",
            "Export one address for each row: of `X-Forwarded-For` the first that is not private, where your outermost "
            "proxy writes the list anew. Where it adds to what clients send, export the address that it saw itself.",
        ),
        "GL240": MessageInfo(
            "time not understood",
            "The time is not ISO 8601, or it is ambiguous, as 01/02/2026 is.",
            f"Export ISO 8601 with an offset, or set `time_format` in `[reading]` of {_SETTINGS}.",
        ),
        "GL241": MessageInfo(
            "time without offset",
            "Without an offset the time could be any of 26 hours.",
            f"Export times with an offset, or set `timezone` in `[reading]` of {_SETTINGS}.",
        ),
        "GL242": MessageInfo(
            "hour that happened twice or never",
            "The local time falls into a change of the clocks, and `strict_times` is set.",
            "Export times with an offset.",
        ),
        "GL243": MessageInfo(
            "time out of range",
            "The time lies before the year 2000 or after 2100: usually seconds taken for milliseconds.",
            "Set `time_format` to `epoch_s` or `epoch_ms` as the exporter writes them.",
        ),
        "GL244": MessageInfo(
            "later than the end",
            "The time lies over ten minutes after the end: of a sweep the end of its week, else what --as-of or "
            "`latest` says. A snapshot that was taken later has accounts and sightings of which that week knew "
            "nothing.",
            "Export only what was made and seen up to the end, or say with --as-of when the snapshot was taken.",
        ),
        "GL245": MessageInfo("ends before it begins", "`last_seen` lies before `first_seen`.", "Correct the export."),
        "GL250": MessageInfo("broken JSON", "The line is not one JSON object.", "Write one object per line."),
        "GL251": MessageInfo("key twice", "A key stands twice, and readers differ on which counts.", "Write it once."),
        "GL252": MessageInfo(
            "number out of range",
            "NaN, infinity, or a number that no computer reads back unchanged.",
            "Write identifiers as strings.",
        ),
        "GL253": MessageInfo("nested too deeply", "The line nests objects or arrays beyond reason.", "Write it flat."),
        "GL254": MessageInfo(
            "not text",
            "An id or value is a fraction, true or false, an object or an array, and its text would be a guess.",
            "Write it as a string. To read a value inside an object, map its dotted name in `[sources.columns]`: "
            '`device = "details.device.fingerprint"`. Lists cannot be reached: write one row for each entry.',
        ),
        # --- notices ---
        "GL301": MessageInfo(
            "a new value is shared unusually widely",
            "One account in fifty or more bears a value that nobody declared a placeholder: fifty times as many as "
            "bear any usual one of its type.",
            "Look at it. If it stands for nothing, add it to `placeholders`; if it may be a ring's, leave it there.",
        ),
        "GL302": MessageInfo(
            "hubs",
            "Many accounts bear these values, and too few of them agree in anything else; such a value links nobody by "
            "itself, and may support what else does.",
            "Nothing. `hubs.csv` says why.",
        ),
        "GL303": MessageInfo(
            "accounts described more than once",
            "Rows about one account disagree. The earliest creation time is kept, and of plan, country and status what "
            "the newest week's export says. Rows of one week, and all rows of a run, have no order: of their statuses "
            "one of `banned_statuses` is kept before one of `closed_statuses` and that before any other, and else what "
            "most rows say. The notice names which values counted; one that fewer than five accounts have may be a "
            "note about somebody and is not named.",
            "Export each account once.",
        ),
        "GL304": MessageInfo(
            "ids differ only by leading zeros, or by capitals",
            "They are kept apart. If an earlier program dropped zeros, or one writes UUIDs in capitals, one account "
            "may stand under two ids.",
            "Compare with the exporter. If they are the same accounts, write `account_drop_zeros = true` below the "
            "`path` of each of the `[[sources]]` that pads them, or `account_lower_case = true` below those that write "
            f"capitals, in {_SETTINGS}.",
        ),
        "GL305": MessageInfo(
            "columns not used",
            "No use is known for them. Those whose names speak of a signal stand first. Of very many, as where keys of "
            "JSON are data, none is named, and only those that are known or mapped were looked for. Names that look "
            "like values (with an @, mostly digits, very long) are counted and not shown.",
            'Map those that are signals in `[sources.columns]`, as in `device = "fingerprint"`, or declare them in '
            f"`[signals.NAME]`, of {_SETTINGS}.",
        ),
        "GL306": MessageInfo("empty values", "Rows without a value show nothing; they are counted.", "Nothing."),
        "GL307": MessageInfo("blank lines", "Blank lines are no rows; they are skipped and counted.", "Nothing."),
        "GL308": MessageInfo(
            "no checksum",
            "The Parquet file has no page checksums, so a damaged page could not be noticed.",
            "Write page checksums, or a `manifest.json` with digests.",
        ),
        "GL309": MessageInfo("types left out", "`ignore_types` lists them.", "Nothing."),
        "GL310": MessageInfo("spaces trimmed", "Spaces around values were dropped (`trim`).", "Nothing."),
        "GL311": MessageInfo(
            "hours that happened twice or never",
            "Local times in a change of the clocks were read as the earlier instant.",
            "Export times with an offset, or set `strict_times`.",
        ),
        "GL312": MessageInfo("files left out", "Their names are not those of exports.", "Nothing."),
        "GL313": MessageInfo(
            "rows set aside",
            "Some rows could not be used; `rejects.jsonl` has each with its place and reason.",
            "Above 0.1 % the run is marked as degraded.",
        ),
        "GL314": MessageInfo(
            "fewer than two families",
            "A signal is believed when signals of another family agree with it: a card with addresses, a prompt with "
            "devices. In these exports there is nothing to agree, so that no ring can be found.",
            "Export more of what is known: addresses, cards, devices, prompts. `graphlink check` lists what was read.",
        ),
        "GL315": MessageInfo(
            "accounts that no accounts export describes",
            "There is an export of accounts, and a tenth or more of the accounts that were seen are not in it. Either "
            "it is not of all accounts, or its ids are written otherwise, as `auth0|123` and `123`: then each account "
            "is two, and a ring falls apart in silence.",
            "Compare the ids; where GL316 stands beside it, it shows how they look and the setting that brings them "
            "together. An export of all accounts lets their age and plan be weighed.",
        ),
        "GL316": MessageInfo(
            "ids of one source do not meet those of the others",
            "Hardly any account of the source occurs in sources of other columns, though they speak of the same "
            "customers: as a rule one of them writes ids otherwise, and each account is two. Said of 20 accounts or "
            "more, where under a tenth of the smaller side occurs on the other; sources of the same columns are taken "
            "for pieces of one export, which may hold other accounts.",
            "Compare how ids look on either side, which the message shows without naming any. Below the `path` of the "
            f"source in `[[sources]]` of {_SETTINGS}, write what brings them together: "
            '`account_prefix = "auth0|"` cuts the text from the front of ids, `account_suffix = ".0"` from the end, '
            "`account_drop_zeros = true` reads 00123 as 123, and `account_lower_case = true` reads A0EE as a0ee. Where "
            "the wrong column was mapped, map another; where the customers are others, do nothing.",
        ),
        "GL317": MessageInfo(
            "ids without what is to be cut",
            "The source has an `account_prefix` or `account_suffix`, and these ids do not begin or end with it. They "
            "are accounts under the ids that they have.",
            "Correct the text if it is misspelt. Ids of several makes in one file: leave them as they are, since the "
            "number behind another prefix may be another account's.",
        ),
        "GL318": MessageInfo(
            "ports taken off addresses",
            "Addresses were written with a port, as `203.0.113.5:443` or `[2001:db8::1]:443`. A port changes from one "
            "connection to the next, so it was taken off.",
            "Nothing.",
        ),
        "GL319": MessageInfo(
            "own folders",
            "A folder among the exports was written by graphlink: a run, a sweep, a case or an action file. What is "
            "in it is no export, and was not read.",
            "Nothing; or let `--output` name a folder beside the exports.",
        ),
        "GL320": MessageInfo(
            "card numbers",
            "Values of a payment column are card numbers. They are hashed before anything else, but whoever holds the "
            "export can read them, and a plain hash of a card number can be found by trying all.",
            "Export the payment processor's fingerprint of the card in place of its number.",
        ),
        "GL323": MessageInfo(
            "values that look alike",
            "Shared values of one type differ only in upper and lower case, or in how a letter with a mark is "
            "composed. They are kept apart and may look the same in a report: one device stands there as two.",
            "Ask the exporter which spelling counts. If they are the same, export them in one.",
        ),
        "GL324": MessageInfo(
            "a family that is nearly a known one",
            "A type that you declare is of a family whose name is one or two letters off a known one's, as `devise` is "
            "off `device`. As a family of its own it corroborates the known one: accounts that share a device would be "
            "tied twice by it.",
            "Correct `family` in `[signals.NAME]` if it is a slip. If it is meant to be another family, give it a name "
            "that cannot be taken for the known one.",
        ),
        "GL325": MessageInfo(
            "names are pseudonyms",
            "`[privacy] pseudonymise` is set: ids and values were exchanged under the key that the message names, "
            "and the raw rows that were set aside are not kept.",
            "Nothing. Runs under the same key can be compared; under another key nothing matches.",
        ),
        "GL326": MessageInfo(
            "most sightings lie outside the window",
            "More than half of the sightings of a type ended before `window_start` or began at `window_end` or later, "
            "and were set aside. What is left may be too little to find anything by.",
            "Set `window_start` and `window_end` of `[reading]` to the time that the exports are of; of exports that "
            "hold far more than the window, nothing.",
        ),
        "GL327": MessageInfo(
            "nearly all values of a type stand for nothing",
            "Nine in ten values of a type or more are placeholders, are listed as such in `[reading.placeholders]`, or "
            "are reserved: private addresses, addresses and mail domains for documentation (`203.0.113.7`, "
            "`example.com`). Such values link nobody.",
            "Export what the provider saw itself: in place of the address of a load balancer the client's. In a trial, "
            "use values that nobody reserved.",
        ),
        "GL328": MessageInfo(
            "a declared type describes people",
            "A quarter of all accounts bear values of a type that eight accounts or more have, as of a city, a shop or "
            "a model of telephone: people have such things in common without knowing each other. Its values "
            "corroborate what others say, and none links accounts by itself.",
            "Where they are what accounts did or have (products they reviewed, accounts they paid), set `tells_apart = "
            "true` in the `[signals.NAME]` of the type; sweeps take it up with `graphlink calibrate`.",
        ),
        "GL330": MessageInfo(
            "never seen",
            "A decision names an account or signal that no sweep has met; it is kept for the day it appears. What it "
            "names is not said here, since such lines are kept as logs.",
            "Check the spelling: `graphlink allow list`, `known-bad list` and `verdicts list` show what was given.",
        ),
        "GL331": MessageInfo(
            "allowed signals left out",
            "Sightings of signals on the list of allowed ones link nobody; they were taken out before the analysis.",
            "Nothing.",
        ),
        "GL333": MessageInfo(
            "unknown status",
            "The column `status` has words that stand in none of the lists of statuses. Accounts of such a status "
            "count as open: they may get into the action file, and who comes after them evades no ban. What fewer "
            "than five accounts have may be a note about one of them and is counted, not named.",
            "Add them to `banned_statuses`, `closed_statuses` or `open_statuses` of `[lineage]`. The next sweep goes "
            "by them; --supersede sweeps the newest week again with them.",
        ),
        "GL334": MessageInfo(
            "on both lists",
            "The same account or signal is allowed and known to be bad. What is allowed is left out first, so no ring "
            "says that it holds one.",
            "Take it off one of the lists: `graphlink allow …` or `graphlink known-bad … --remove`.",
        ),
        "GL340": MessageInfo(
            "a mapping that fits nothing",
            "`[columns]` says what a field is called in the exports, and no export has such a column: it was renamed "
            "or left out, or the file that has it is not among those that were read.",
            "Write what it is called now. Where only some exports have it, map it in their `[sources.columns]`.",
        ),
        "GL339": MessageInfo(
            "no times are read",
            "When accounts were seen with their signals is not known: whether they lived for days alone, whether they "
            "are a ring's victims, and which rows lie in a window cannot be told, and rows that differ by their time "
            "alone count as one.",
            'Map the column that has the time, `seen_at = "time_of_login"` (or `first_seen` and `last_seen`) below '
            f"`[columns]`, of {_SETTINGS}. Where no column has it, export it.",
        ),
        "GL338": MessageInfo(
            "lists of ids",
            'Values of the column hold several ids, as `dev1;dev2`, `{dev1,dev2}` or `["dev1","dev2"]`. Each is '
            "compared as a whole, so that accounts which share one of the ids are not seen to.",
            "Export a row for each id, or a column for each (`device_1`, `device_2`).",
        ),
        "GL337": MessageInfo(
            "most rows are of one account",
            "In many systems `account_id` names the tenant, or your own account at a provider, and the person stands "
            "in another column. Who is one account can be no ring.",
            'Where the customers stand in another column, map it: `account_id = "user_id"` below `[columns]`, of '
            f"{_SETTINGS}.",
        ),
        "GL336": MessageInfo(
            "words amid ids",
            "Nearly all values of the column have digits, as ids do that a program makes; these are words of another "
            "form, such as `invoice` for a card or `sdk-node` for a device. Whoever has one has nothing of his own, "
            "and a few dozen who have nothing in several columns would look like a ring.",
            "Nothing, as a rule: they count as placeholders. If they are ids, declare the type below `[signals.NAME]` "
            "under a name of your own.",
        ),
        "GL335": MessageInfo(
            "groups that nothing tells from chance",
            "Hardly anybody but the accounts of these groups bears the types that tie them, as where prompts are "
            "exported of suspects alone. Whether others would bear them alike is not known: links that are shuffled "
            "among the same accounts hold together as before, so the groups count as chance and are not reported.",
            "Export these types of all accounts. To look at the groups as they are, set `null_worlds = 0` in "
            "`[method]`; nothing is known then of what chance alone would give.",
        ),
        "GL321": MessageInfo(
            "network kept",
            "The process that reads the exports gives up the network first; here the system does not let it.",
            "Nothing, or allow user namespaces: `sysctl kernel.unprivileged_userns_clone`, seccomp profile of a "
            "container.",
        ),
        "GL322": MessageInfo(
            "writing not limited",
            "The process that reads the exports may write into its own folder only; this system does not limit it.",
            "Nothing, or use Linux 5.13 or newer with Landlock.",
        ),
        # --- configuration ---
        "GL401": MessageInfo(
            "not TOML",
            "The file cannot be parsed, or nests or counts beyond anything that settings do.",
            "Correct the line that the message names.",
        ),
        "GL402": MessageInfo("unknown key", "No such key; the message shows the nearest.", "Correct or remove it."),
        "GL403": MessageInfo("wrong type", "The value is of another type than the key takes.", "Write what it takes."),
        "GL404": MessageInfo("value out of range", "The message shows what is allowed.", "Choose an allowed value."),
        "GL405": MessageInfo("key missing", "The section needs the key.", "Add it."),
        "GL406": MessageInfo("source twice", "Two sources name the same thing.", "Remove one."),
        "GL407": MessageInfo("declaration", "A declared signal type does not fit.", "Correct the declaration."),
        "GL408": MessageInfo(
            "secret out of reach",
            "A file with a secret must belong to you and be readable by nobody else; a variable that the settings name "
            "(`dsn_env`, `notify_env`) must be set where graphlink is started.",
            "chmod 600 FILE, or set the variable, also in the unit or crontab that starts it.",
        ),
        "GL409": MessageInfo(
            "no configuration",
            "The file cannot be read.",
            "Correct its path, or write one: `graphlink config init PATH`.",
        ),
        "GL410": MessageInfo(
            "no usable key",
            "Pseudonyms need a secret key of 32 bytes drawn by chance; with a typed one they could be guessed.",
            "(umask 077; head -c 32 /dev/urandom > graphlink.key)",
        ),
        "GL411": MessageInfo(
            "another key",
            "The key file holds another key than the one whose id the settings name. Under it every account has "
            "another pseudonym, and rings, verdicts and lists of earlier sweeps match nothing.",
            "Put the old key back. To change it on purpose, begin a new state and correct `key_id`.",
        ),
        "GL412": MessageInfo(
            "another key than the state's",
            "Sweeps know accounts under the pseudonyms of one key, or under their own names. Under another key every "
            "ring would end and be born again, and every cleared account be accused again.",
            "Put the key and `pseudonymise` back as they were. To change it on purpose, begin a new state with --init.",
        ),
        "GL413": MessageInfo(
            "swept under other settings",
            "The week was swept before, and the settings that the message names are others now. What was published is "
            "never replaced unasked.",
            "--supersede sweeps the newest week again under the new settings; what is frozen with the calibration "
            "`graphlink calibrate` renews, which sweeps that week again, too. Or put the settings back.",
        ),
        "GL414": MessageInfo(
            "read with other settings",
            "`gl.analyse` was given settings under which something else would have been read: the message names the "
            "sections that differ. The result would not be what they describe, and `run.json` would tell otherwise.",
            "Leave `config` out, which takes the settings of the reading, or read again with the new ones. What "
            "`[method]` says may differ.",
        ),
        "GL415": MessageInfo(
            "sources beside tables",
            "`gl.link` was given tables, and settings that name `[[sources]]`. The tables would be read in their "
            "place, and what is written for one source (`account_suffix`, its columns) would go unused unsaid.",
            "Give settings without `sources`: what `[columns]` and `[reading]` say holds for tables too. What one "
            "source alone needs is done to the column of the table. To read the sources, `gl.read(config=…)`.",
        ),
        "GL450": MessageInfo(
            "list of decisions not understood",
            "A file of verdicts or of allowed accounts and signals is CSV with a header; the message names the column.",
            "Correct the file; nothing of it was taken.",
        ),
        "GL451": MessageInfo(
            "unknown verdict",
            "A verdict is confirmed, benign or unsure.",
            "Write one of the three.",
        ),
        "GL452": MessageInfo(
            "expired",
            "The last day on which the decision counts has passed.",
            "Decide again with a later day, or remove the row.",
        ),
        "GL453": MessageInfo(
            "rows in conflict",
            "Two rows of one file decide differently on the same subject, and their order says nothing.",
            "Keep the row that counts.",
        ),
        "GL454": MessageInfo(
            "wildcard too wide",
            "The wildcard takes in more than 1 % of all accounts; what wide lists let through is not seen again.",
            "Name the accounts, or a narrower wildcard.",
        ),
        "GL455": MessageInfo(
            "decision without author or reason",
            "Whoever looks at a decision later must know who made it, and why.",
            "Give both.",
        ),
        "GL457": MessageInfo(
            "no such ring",
            "A row names a ring that no sweep knows, or, as an account, what looks like a ring's id. Taken for an "
            "account it would be written down, be counted, and reach nobody.",
            "Correct the id: `graphlink rings --all` lists them. `--account` takes such ids for accounts'.",
        ),
        "GL458": MessageInfo(
            "no such signal",
            "The signal type is neither built in nor declared, no value of that type is written so, or it is one that "
            "reading sets aside. On a list it would match nothing.",
            "Correct it, or name the settings that declare the type: `--config`. Leave out what is set aside.",
        ),
        "GL459": MessageInfo(
            "no pseudonym",
            "Sweeps of this state know accounts and values by pseudonyms, and this one is named as exports have it. "
            "Written down, it would stand in the state and in published sweeps beside the pseudonyms that are to hide "
            "it, and match nothing.",
            "Write the pseudonym; who holds the key asks for it: `graphlink pseudonym account_id NAME --key-file KEY`.",
        ),
        # --- questions ---
        "GL501": MessageInfo(
            "no run",
            "The folder does not hold a finished run (its `run.json`).",
            "Name the folder that `graphlink run -o` made: --run FOLDER.",
        ),
        "GL502": MessageInfo(
            "no tables",
            "Questions are answered from the tables that a run stores; this one has none.",
            "Run the analysis again with this version.",
        ),
        "GL503": MessageInfo(
            "tables damaged",
            "A table of the run is missing, is no regular file, or cannot be read.",
            "Run the analysis again.",
        ),
        "GL504": MessageInfo(
            "unknown name",
            "Nothing in the run has this name; of a ring that is to be shown, or an account that is to be forgotten: "
            "nothing that sweeps remember. A value that one account alone bears links nobody and is not kept.",
            "Correct it; the message shows the nearest names. Where a spreadsheet cut the zeros off ids, write them.",
        ),
        "GL505": MessageInfo(
            "several of this name",
            "Signals of several types have this value, or the ids of several rings begin so.",
            "Write TYPE=VALUE, or more of the ring's id.",
        ),
        "GL506": MessageInfo(
            "query refused",
            "One SELECT may be sent to the tables of a run. It can read no other file and change nothing.",
            "Correct the query; SHOW TABLES and DESCRIBE TABLE show what there is.",
        ),
        "GL456": MessageInfo(
            "nobody is confirmed",
            "The action file holds only accounts that a named person confirmed, and there are none.",
            "Give verdicts: graphlink verdict RING confirmed --by NAME --note WHY.",
        ),
        # --- another process ---
        "GL601": MessageInfo(
            "the state is busy",
            "Another process has been writing to the state for ten seconds.",
            "Try again when it is done.",
        ),
        "GL602": MessageInfo(
            "another sweep is at work",
            "One sweep at a time works on a state; the message says which process holds it. Nothing was changed.",
            "Try again when it is done. If it hangs, end that process: the lock goes with it.",
        ),
        # --- the state ---
        "GL701": MessageInfo(
            "no state",
            "The folder holds no state, or one into which no sweep was ever published. An empty one would accuse "
            "cleared accounts again, so none is made unasked.",
            "Name the right folder or restore a backup; for the very first sweep use --init.",
        ),
        "GL702": MessageInfo(
            "state damaged",
            "The file is not what was written last: bits were flipped, it was cut, or another program wrote to it.",
            "graphlink state restore --state FOLDER, of the folder that is named; where a backup is, take another.",
        ),
        "GL703": MessageInfo(
            "state altered",
            "The content is not what its digests say: somebody changed it by hand, or the key is another one.",
            "graphlink state restore --state FOLDER, of the folder that is named; where a backup is, take another.",
        ),
        "GL704": MessageInfo(
            "state of another version",
            "Another version of graphlink wrote the state; it was left untouched.",
            "Use the graphlink that wrote it, or restore a backup that this one made.",
        ),
        "GL705": MessageInfo(
            "state rolled back",
            "The state is older than the newest published sweep, or of another past than a published one: decisions "
            "and events are missing from it.",
            "Restore what the message names, or a newer backup; --accept-rollback goes on without what is missing.",
        ),
        "GL706": MessageInfo(
            "no key",
            "`state.key` is missing or is not that of this state; without it nothing in the state can be checked.",
            "Put it back; each backup folder holds a copy.",
        ),
        "GL707": MessageInfo(
            "no good backup",
            "No backup can be read, or none is whole.",
            "Look in the folders aside that the message names, or for copies elsewhere; `graphlink state check "
            "--backup FILE` tells whether one is good.",
        ),
        "GL709": MessageInfo(
            "not known to the state",
            "No sweep has found a ring of that id.",
            "`graphlink rings --all` lists those that are known.",
        ),
        # --- the machine ---
        "GL801": MessageInfo("cannot be read", "The system refuses the file.", "Give the user the right to read it."),
        "GL802": MessageInfo(
            "driver missing", "PostgreSQL needs an extra.", "Install from the lock: `sh deploy/install.sh FOLDER`."
        ),
        "GL803": MessageInfo(
            "too much distinct text",
            "The distinct values of one column exceed 2 GiB.",
            "Export template ids or hashes in place of long texts, or a shorter window.",
        ),
        "GL810": MessageInfo(
            "the state's folder is not yours alone",
            "Whoever may write there could change what is remembered of accounts, or put other files in its place, "
            "as links and pipes are.",
            "Give folder and files to the user who sweeps: chown, chmod 700 FOLDER.",
        ),
        "GL811": MessageInfo(
            "the state is on a network file system",
            "Locks and forced writes are not reliable there, and a state needs both.",
            "Keep it on a local disk, and copy the backups.",
        ),
        "GL812": MessageInfo(
            "the state cannot be written or read",
            "The disk is full or failing, or the user lacks the rights; the state is as it was before or after.",
            "Make room or give the rights, then run the same command again.",
        ),
        "GL820": MessageInfo(
            "out of memory",
            "Reading and analysis run in a process of their own, and it needs more memory than it may have: how much, "
            "is said where it is known. Nothing was written.",
            "Raise `--max-memory` or `max_memory_mb`, run it where more is free, or take a shorter window. Where a "
            "limit on address space is named (`ulimit -v`, `LimitAS=`), raise that.",
        ),
        "GL821": MessageInfo(
            "the worker died",
            "The process that reads and analyses ended without an answer. The message names the signal that ended it, "
            "and says so where memory had run out. SIGSEGV, SIGABRT and the like are a fault of graphlink or of a "
            "library; SIGKILL comes from somebody else. Nothing was written.",
            "Where memory had run out, run it where more is free. Else run it again; if it stays, report it with the "
            "line of the message.",
        ),
        "GL822": MessageInfo(
            "out of time",
            "A stage took longer than `max_stage_seconds`, on the clock or on each processor. Nothing was written.",
            "Raise the limit if the exports have grown, or look at what else keeps the machine busy.",
        ),
        "GL823": MessageInfo(
            "no space left",
            "The file system that the message names is full: that of the run or of the sweeps, or that for temporary "
            "files. Nothing was published and the state is unchanged, unless the commit of a sweep had been reached: "
            "then the same command completes the rest.",
            "Make room, then run the same command again.",
        ),
        "GL824": MessageInfo(
            "too much work for the memory",
            "From the number of sightings, the analysis would need clearly more memory than it may have, so it was not "
            "begun. The message names the types that most sightings are of.",
            "Allow more, take a shorter window, or leave a type out with `ignore_types`.",
        ),
        "GL825": MessageInfo(
            "apprise missing", "Notifications need an extra.", "Install from the lock: `sh deploy/install.sh FOLDER`."
        ),
        "GL826": MessageInfo(
            "question too large",
            "A query may fill 2 GB of memory, and with the rows that are being printed 3 GB, so that a careless one "
            "cannot fill the machine. The run is as it was.",
            "Ask for less: fewer columns, a WHERE, a count in place of rows. `tables/` can be read with any tool, too.",
        ),
        "GL827": MessageInfo(
            "a published sweep is gone",
            "The state knows the sweep of the week, and its folder is not there any more: it was deleted, as "
            "`keep_weeks` and `graphlink forget` do, or the state was restored without the sweeps. Whether the exports "
            "are still those that were swept, it alone could tell.",
            "Bring the folder back from a copy; or --supersede sweeps the newest week again, as another revision. An "
            "older week is left out, or swept again from a backup, with all that follow it.",
        ),
        "GL828": MessageInfo(
            "`latest` is no link",
            "In the folder of sweeps `latest` is a link to the newest of them, and something else has its name: a copy "
            "that followed links, perhaps. A sweep would be made and then named by nobody.",
            "Move it away, then run the same command again.",
        ),
        "GL829": MessageInfo(
            "the folder is taken",
            "The folder that is to be written is there already and holds a run or a world, something that graphlink "
            "did not write or that was changed since, or what somebody else wrote meanwhile. It was left as it is.",
            "Name a new folder, or replace an earlier run with --force; what is somebody else's is moved away first.",
        ),
        "GL830": MessageInfo(
            "a file too large",
            "Files of this process, or on this file system, may not be as large as the file that the message names. "
            "Nothing was published.",
            "Raise the limit: `ulimit -f`, or `LimitFSIZE=` of the unit.",
        ),
    }
)
