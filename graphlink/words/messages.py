"""Every message by its code: its title, its meaning and its cure.

``graphlink explain GLnnn`` and a page that ``make docs`` writes come from this table. Codes are never reused: GL1nn
refuse a file, GL2nn set one row aside, GL3nn are notices, GL4nn concern the configuration, GL5nn questions, GL6nn and
GL7nn the state, GL8nn the machine.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class MessageInfo(NamedTuple):
    """The title of a code, its meaning and its cure."""

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
            "Run again. If it happens again, report it with the file's first lines.",
        ),
        # --- a file is refused ---
        "GL101": MessageInfo(
            "file missing",
            "Nothing has this path. The message shows the resolved path and the nearest names in that folder.",
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
            "A symbolic link in the folder leads to itself, or out of the folder to files that are no part of the "
            "export.",
            "Put the file itself into the folder, or name the target as a source of its own.",
        ),
        "GL106": MessageInfo(
            "content and name disagree",
            "The first bytes belong to another format than the file's name.",
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
            "The compressed file expands beyond the limits of `[reading]`, like files made to exhaust memory.",
            "If the file can be trusted, raise `max_expansion` or `max_bytes`.",
        ),
        "GL110": MessageInfo(
            "damaged",
            "A checksum of the file is wrong, or its compressed data cannot be decoded.",
            "Copy the file again; compare its SHA-256 with the exporter's.",
        ),
        "GL111": MessageInfo(
            "type of a column",
            "A column that graphlink reads holds binary, nested, floating-point or extension values. Or a column of "
            "a frame mixes times with a zone, times without one, or days, so the order of its rows would decide how "
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
            "The folder holds no file named .csv, .tsv, .jsonl, .ndjson (each also .gz, .zst) or .parquet, or its "
            "folders are nested too deeply.",
            "Name the right folder, save workbooks (.xlsx) as CSV, unpack archives, or set `format` for a source with "
            "other names, such as `part-00000.gz`: `[[sources]]` with `path = 'exports'` and `format = 'csv'`.",
        ),
        "GL115": MessageInfo(
            "format unknown",
            "The file's name does not show its format, and graphlink does not guess.",
            "Save a workbook (.xlsx) as CSV, unpack an archive; else rename the file, or set `format` for the source.",
        ),
        "GL120": MessageInfo(
            "column missing",
            "The export lacks a column that its shape needs. The message lists the columns found. It suggests one "
            "only if such a name means an account in other exports, as `customer` and `user_id` do.",
            f"Map it in {_SETTINGS}: `[columns] account_id = 'name in the file'`, or export it.",
        ),
        "GL121": MessageInfo(
            "no header",
            "The first line is no header: it looks like data, resembles a line below it in every cell, or some of "
            "its words are values of many lines below and no other word is a known name. As a header it would lose "
            "a row and leave the columns without names.",
            "Export with a header line.",
        ),
        "GL122": MessageInfo(
            "a column twice",
            "Two columns have the same name, apart from case, spaces and byte order marks, or fill the same field.",
            "Rename or drop one of them.",
        ),
        "GL123": MessageInfo(
            "separator",
            "The header makes sense only with another separator than the file's name implies.",
            f"Set `delimiter` below `[[sources]]` of {_SETTINGS}.",
        ),
        "GL124": MessageInfo(
            "unknown signal type",
            "The export names a signal type that graphlink does not know, so its family and its writer are unknown. "
            "Names are counted and not shown if they occur in one row only or look like values. No name is shown if "
            "known types stand in the value column, as when two columns changed places.",
            f"Declare it in `[signals.NAME]`, or list it in `ignore_types`, of {_SETTINGS}. NAME is in small letters, "
            "with _ where the export has a space, a hyphen or a dot: `Device.ID` is `device_id`.",
        ),
        "GL125": MessageInfo(
            "one JSON array",
            "The file is one array, or one object with its rows in a list, as cloud services write it. It is not "
            "JSON Lines.",
            "Write one object per line, as `jq -c '.[]'` does, or `jq -c '.Records[]'`.",
        ),
        "GL126": MessageInfo(
            "the database refuses",
            "The database cannot be opened, or refuses the query that the configuration names.",
            "Try the query by hand, as the same user.",
        ),
        "GL127": MessageInfo(
            "no JSON Lines",
            "No line of the file is a JSON object by itself: objects span several lines, or commas separate them.",
            "Write each object on one line and no comma after it; `jq -c .` does so with objects over several lines.",
        ),
        "GL130": MessageInfo("rows differ from the manifest", "The exporter wrote another number of rows.", _AGAIN),
        "GL131": MessageInfo("digest differs from the manifest", "The file is not the one that was exported.", _AGAIN),
        "GL132": MessageInfo(
            "manifest not understood",
            "`manifest.json` is not JSON, or names a missing file: part of the export is missing. A manifest covers "
            "the files beside it and, as `week/access.csv`, those in folders below it.",
            'Write {"files": {"NAME": {"rows": 123, "sha256": "…"}}}, or ask for the export again.',
        ),
        "GL140": MessageInfo(
            "too many rows set aside",
            "More than 1 % of the rows of a file cannot be used, so the export itself is at fault.",
            "The message names the most frequent reason; fix it and export again.",
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
            "The baselines of `evaluate` read one plain table, CSV in UTF-8 or Parquet, and no other input of a "
            "run. Each row has an account_id, a signal_type and a signal_value.",
            "Name such a file, or the folder of a simulated world.",
        ),
        "GL160": MessageInfo(
            "far from what is usual",
            "Rows, values, hubs or ring sizes of the week are far from the median of earlier weeks. A broken export "
            "or far too many links would look like this. Nothing was published.",
            "Export the week again. If it is right, widen `refused_low` or `refused_high` in `[sweep]`. If a type "
            "or field is completely missing, --allow-partial sweeps without it. If an export or a file is missing, "
            "it only accepts the loss of what that file held in earlier weeks.",
        ),
        "GL161": MessageInfo(
            "swept already, with other content",
            "The week's exports differ from those that were swept; the settings are the same.",
            "See what changed in them; --supersede sweeps the week again and keeps the earlier folder.",
        ),
        "GL162": MessageInfo(
            "changed while being read",
            "A file's digest changed during the sweep, so an exporter was still writing.",
            "Start the sweep when the exports are complete.",
        ),
        "GL163": MessageInfo(
            "older than the newest swept week",
            "Later weeks were swept without this one, and their history is never rewritten in silence.",
            "Leave the week out; or restore the backup from before it and sweep again from there.",
        ),
        "GL164": MessageInfo(
            "no run in the folder",
            "The folder lacks the files that are needed to compare a run or a sweep, or to repeat it.",
            "Name the folder of a run; sweeps are below `output` of `[sweep]`.",
        ),
        "GL165": MessageInfo(
            "the export of the week before",
            "All files of the week equal those of the week before, byte for byte, so the exporter is stuck. Swept "
            "as they are, they would make rings look quiet.",
            "Export the week. --allow-partial sweeps it as it is, and ends no ring for it.",
        ),
        "GL166": MessageInfo(
            "a column is gone",
            "Earlier exports had this column, and this week's have not: it was left out or renamed. Without "
            "`status`, closed accounts would count as open. Without a time (`seen_at`), a ring's victim would count "
            "as its member.",
            "Export it again, or map its new name in `[columns]`. --allow-partial sweeps without it and keeps what "
            "was known of closed accounts.",
        ),
        # --- a row is set aside ---
        "GL201": MessageInfo(
            "byte order mark inside the file",
            "Files were joined without removing their marks; the value would differ invisibly from its twins.",
            "Join the exports with a tool that removes byte order marks.",
        ),
        "GL202": MessageInfo("not UTF-8", "The row holds bytes that are not UTF-8.", "Export the file as UTF-8."),
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
            "A quoted value does not end where it should and swallows the lines below. If it swallows more than ten "
            "lines, the whole file is refused; otherwise its first line is set aside and the others are read again.",
            "Double the quotes inside quoted values.",
        ),
        "GL212": MessageInfo(
            "stray quote",
            "A quote is inside a value, so the end of the value is a guess.",
            "Quote the value and double the quotes inside it.",
        ),
        "GL213": MessageInfo(
            "too long",
            "A value, an account id or a row is longer than the limits of `[reading]`.",
            "If such values can be trusted, raise `max_value_bytes`, `max_id_bytes` or `max_row_bytes`.",
        ),
        "GL214": MessageInfo(
            "the header again", "The header is repeated among the rows.", "Join exports without headers."
        ),
        "GL220": MessageInfo(
            "account id missing",
            "The account id is empty, one of `null_tokens`, or a program's mark for nobody (`-`, `(null)`, `#N/A`). "
            "As an id it would join strangers.",
            "Export the id, or leave out rows without an account, such as those of visitors who are not logged in. "
            "If these are many and harmless, raise `max_reject_share`.",
        ),
        "GL221": MessageInfo("signal type missing", "The row does not name the type of its value.", "Export the type."),
        "GL222": MessageInfo(
            "account id rounded",
            "A spreadsheet wrote the id as a number of a few digits, such as `7.30001E+11`: a million ids become "
            "that one.",
            "Export the ids again, and open the file as text (in Excel: Data, From Text/CSV). Rounded digits are lost.",
        ),
        "GL230": MessageInfo(
            "malformed value",
            "The value does not have the form of its type.",
            "Correct it at the source. National telephone numbers need `phone_region`; what your systems write for "
            "nothing belongs in `[reading.placeholders]`. Only where values are hashed, write `[signals.NAME]` with "
            f"`normalise = 'text'`. All of this stands in {_SETTINGS}.",
        ),
        "GL231": MessageInfo(
            "count",
            "The count is not a whole number above zero of at most 15 digits.",
            "Export counts as whole numbers above zero. A number with more digits is no real count.",
        ),
        "GL232": MessageInfo(
            "several addresses in one value",
            "The value is a list, such as `X-Forwarded-For`: the address of the client and of each proxy on the way.",
            "Export one address for each row. If your outermost proxy writes `X-Forwarded-For` itself, take the "
            "first address that is not private. If it appends to what clients send, export the address that it saw "
            "itself.",
        ),
        "GL240": MessageInfo(
            "time not understood",
            "The time is not ISO 8601, or it is ambiguous, like 01/02/2026.",
            f"Export ISO 8601 with an offset, or set `time_format` in `[reading]` of {_SETTINGS}.",
        ),
        "GL241": MessageInfo(
            "time without offset",
            "Without an offset the time could be in any of 26 hours.",
            f"Export times with an offset, or set `timezone` in `[reading]` of {_SETTINGS}.",
        ),
        "GL242": MessageInfo(
            "hour that happened twice or never",
            "The local time is in a change of the clocks, and `strict_times` is set.",
            "Export times with an offset.",
        ),
        "GL243": MessageInfo(
            "time out of range",
            "The time is before the year 2000 or after 2100, usually because seconds were taken for milliseconds.",
            "Set `time_format` to `epoch_s` or `epoch_ms` as the exporter writes them.",
        ),
        "GL244": MessageInfo(
            "later than the end",
            "The time is more than ten minutes after the end. The end is that of the week for a sweep, else the "
            "time from --as-of or `latest`. A later snapshot has accounts and sightings that did not exist in that "
            "week.",
            "Export only what was made and seen up to the end, or give the time of the snapshot with --as-of.",
        ),
        "GL245": MessageInfo("ends before it begins", "`last_seen` is before `first_seen`.", "Correct the export."),
        "GL250": MessageInfo("broken JSON", "The line is not one JSON object.", "Write one object per line."),
        "GL251": MessageInfo(
            "key twice", "A key occurs twice, and readers differ on which one counts.", "Write it once."
        ),
        "GL252": MessageInfo(
            "number out of range",
            "NaN, infinity, or a number that changes when a computer reads it back.",
            "Write identifiers as strings.",
        ),
        "GL253": MessageInfo("nested too deeply", "The line nests objects or arrays beyond reason.", "Write it flat."),
        "GL254": MessageInfo(
            "not text",
            "An id or value is a fraction, a boolean, an object or an array. Turning it into text would be a guess.",
            "Write it as a string. To read a value inside an object, map its dotted name in `[sources.columns]`: "
            '`device = "details.device.fingerprint"`. Lists cannot be mapped: write one row for each entry.',
        ),
        # --- notices ---
        "GL301": MessageInfo(
            "a new value is shared unusually widely",
            "One account in fifty or more has a value that nobody declared a placeholder. That is fifty times as "
            "many as have any usual value of its type.",
            "Look at it. If it is a placeholder, add it to `placeholders`; if it may belong to a ring, leave it out "
            "of them.",
        ),
        "GL302": MessageInfo(
            "hubs",
            "Many accounts have these values, and too few of them agree in anything else. Such a value links nobody "
            "by itself, but it can support other evidence.",
            "Nothing. `hubs.csv` gives the reasons.",
        ),
        "GL303": MessageInfo(
            "accounts described more than once",
            "Rows about one account disagree. The earliest creation time is kept, and plan, country and status are "
            "taken from the newest week's export. Rows of one week, and all rows of a run, have no order. Among "
            "their statuses, one of `banned_statuses` wins, then one of `closed_statuses`, then the most frequent; "
            "of plans and countries the most frequent wins. The notice names the values that counted, except values "
            "of fewer than five accounts, which may be a note about a person.",
            "Export each account once.",
        ),
        "GL304": MessageInfo(
            "ids differ only by leading zeros, or by capitals",
            "They are kept apart. If an earlier program dropped zeros, or one writes UUIDs in capitals, one account "
            "may have two ids.",
            "Compare with the exporter. If they are the same accounts, write `account_drop_zeros = true` below the "
            "`path` of each of the `[[sources]]` that pads them, or `account_lower_case = true` below those that write "
            f"capitals, in {_SETTINGS}.",
        ),
        "GL305": MessageInfo(
            "columns not used",
            "graphlink has no use for them. Names that look like a signal's are listed first. If there are very "
            "many, as when keys of JSON are data, none is named, and only known or mapped columns were searched. "
            "Names that look like values (with an @, mostly digits, very long) are counted and not shown.",
            'Map those that are signals in `[sources.columns]`, as in `device = "fingerprint"`, or declare them in '
            f"`[signals.NAME]`, of {_SETTINGS}.",
        ),
        "GL306": MessageInfo("empty values", "Rows without a value are no evidence; they are counted.", "Nothing."),
        "GL307": MessageInfo("blank lines", "Blank lines are skipped and counted.", "Nothing."),
        "GL308": MessageInfo(
            "no checksum",
            "The Parquet file has no page checksums, so a damaged page could go unnoticed.",
            "Write page checksums, or a `manifest.json` with digests.",
        ),
        "GL309": MessageInfo("types left out", "`ignore_types` lists them.", "Nothing."),
        "GL310": MessageInfo("spaces trimmed", "Spaces around values were dropped (`trim`).", "Nothing."),
        "GL311": MessageInfo(
            "hours that happened twice or never",
            "Local times in a change of the clocks were read as the earlier instant.",
            "Export times with an offset, or set `strict_times`.",
        ),
        "GL312": MessageInfo("files left out", "Their names are not names of exports.", "Nothing."),
        "GL313": MessageInfo(
            "rows set aside",
            "Some rows could not be used; `rejects.jsonl` has each with its place and reason.",
            "Above 0.1 % the run is marked as degraded.",
        ),
        "GL314": MessageInfo(
            "fewer than two families",
            "A signal counts only if signals of another family agree with it: a card with addresses, a prompt with "
            "devices. These exports have no second family, so no ring can be found.",
            "Export more of what you have: addresses, cards, devices, prompts. `graphlink check` lists what was read.",
        ),
        "GL315": MessageInfo(
            "accounts that no accounts export describes",
            "There is an export of accounts, but it lacks a tenth or more of the accounts that were seen. Either it "
            "is incomplete, or it writes ids differently, like `auth0|123` and `123`: then each account becomes "
            "two, and a ring falls apart in silence.",
            "Compare the ids. If GL316 is reported too, it shows their forms and the setting that brings them "
            "together. An export of all accounts adds their age and plan as evidence.",
        ),
        "GL316": MessageInfo(
            "ids of one source do not meet those of the others",
            "Hardly any account of the source occurs in sources with other columns, although they cover the same "
            "customers. Usually one of them writes ids differently, so each account becomes two. This is reported "
            "for 20 accounts or more, if less than a tenth of the smaller side occurs on the other. Sources with "
            "the same columns count as pieces of one export, which may hold other accounts.",
            "Compare the ids of both sides; the message shows their form and names none. Below the `path` of the "
            f"source in `[[sources]]` of {_SETTINGS}, write the setting that brings them together: `account_prefix = "
            '"auth0|"` cuts the text from the front of ids, `account_suffix = ".0"` from the end, '
            "`account_drop_zeros = true` reads 00123 as 123, and `account_lower_case = true` reads A0EE as a0ee. If "
            "the wrong column was mapped, map another. If the customers really differ, do nothing.",
        ),
        "GL317": MessageInfo(
            "ids without what is to be cut",
            "The source has an `account_prefix` or `account_suffix`, and these ids do not begin or end with it. "
            "They are kept as they are.",
            "Correct the text if it is misspelt. If one file has ids of several forms, leave them: the same number "
            "with another prefix may be another account.",
        ),
        "GL318": MessageInfo(
            "ports taken off addresses",
            "Addresses were written with a port, such as `203.0.113.5:443` or `[2001:db8::1]:443`. A port changes "
            "from one connection to the next, so it was removed.",
            "Nothing.",
        ),
        "GL319": MessageInfo(
            "own folders",
            "graphlink wrote a folder among the exports: a run, a sweep, a case or an action file. It is no export "
            "and was not read.",
            "Nothing; or let `--output` name a folder beside the exports.",
        ),
        "GL320": MessageInfo(
            "card numbers",
            "Values of a payment column are card numbers. They are hashed before anything else. But anyone with the "
            "export can read them, and a plain hash of a card number can be found by trying all numbers.",
            "Export the payment processor's fingerprint of the card in place of its number.",
        ),
        "GL323": MessageInfo(
            "values that look alike",
            "Shared values of one type differ only in upper and lower case, or in how an accented letter is "
            "composed. They are kept apart and may look the same in a report: one device counts as two.",
            "Ask the exporter which spelling counts. If they mean the same, export one spelling.",
        ),
        "GL324": MessageInfo(
            "a family that is nearly a known one",
            "You declare a type with a family whose name is one or two letters from a known one, such as `devise` "
            "and `device`. As a family of its own it corroborates the known one, so accounts that share a device "
            "would count as tied twice.",
            "Correct `family` in `[signals.NAME]` if it is a slip. If you mean another family, give it a clearly "
            "different name.",
        ),
        "GL325": MessageInfo(
            "names are pseudonyms",
            "`[privacy] pseudonymise` is set: ids and values were replaced under the key that the message names, "
            "and raw rejected rows are not kept.",
            "Nothing. Runs under the same key can be compared; under another key nothing matches.",
        ),
        "GL326": MessageInfo(
            "most sightings lie outside the window",
            "More than half of the sightings of a type ended before `window_start` or began at `window_end` or "
            "later, and were set aside. The rest may be too few to find anything.",
            "Set `window_start` and `window_end` of `[reading]` to the time of the exports. If the exports hold far "
            "more than the window on purpose, do nothing.",
        ),
        "GL327": MessageInfo(
            "nearly all values of a type are placeholders",
            "At least nine in ten values of a type are placeholders, built in or from `[reading.placeholders]`, or "
            "reserved: private addresses, addresses and mail domains for documentation (`203.0.113.7`, "
            "`example.com`). Such values link nobody.",
            "Export what the provider saw itself, such as the client's address in place of a load balancer's. In a "
            "trial, use values that are not reserved.",
        ),
        "GL328": MessageInfo(
            "a declared type describes people",
            "A quarter of all accounts have values of a type that eight accounts or more share, such as a city, a "
            "shop or a model of telephone. People have such things in common without knowing each other. Its values "
            "corroborate other evidence, but link no accounts by themselves.",
            "If they are what accounts did or own (products they reviewed, accounts they paid), set `tells_apart = "
            "true` in the `[signals.NAME]` of the type. For sweeps, run `graphlink calibrate` then.",
        ),
        "GL330": MessageInfo(
            "never seen",
            "A decision names an account or signal that no sweep knows; it is kept in case it appears. The name is "
            "not shown here, since such lines are kept as logs.",
            "Check the spelling: `graphlink allow list`, `known-bad list` and `verdicts list` show the entries.",
        ),
        "GL331": MessageInfo(
            "allowed signals left out",
            "Sightings of allowed signals link nobody; they were removed before the analysis.",
            "Nothing.",
        ),
        "GL333": MessageInfo(
            "unknown status",
            "The column `status` has words that are in no list of statuses. Accounts with such a status count as "
            "open: they may get into the action file, and an account that follows them evades no ban. Words of "
            "fewer than five accounts may be notes about a person; they are counted and not named.",
            "Add them to `banned_statuses`, `closed_statuses` or `open_statuses` of `[lineage]`. The next sweep "
            "uses them; --supersede sweeps the newest week again with them.",
        ),
        "GL334": MessageInfo(
            "on both lists",
            "The same account or signal is allowed and known to be bad. Allowed entries are removed first, so no "
            "ring will report this one.",
            "Take it off one of the lists: `graphlink allow …` or `graphlink known-bad … --remove`.",
        ),
        "GL340": MessageInfo(
            "a mapping that fits nothing",
            "`[columns]` maps a field to a column that no export has: it was renamed or left out, or its file was "
            "not read.",
            "Write its current name. If only some exports have it, map it in their `[sources.columns]`.",
        ),
        "GL339": MessageInfo(
            "no times are read",
            "Nothing shows when accounts were seen with their signals. So short-lived accounts, victims of a ring "
            "and rows outside a window cannot be recognised, and rows that differ only in time count as one.",
            'Map the column that has the time, `seen_at = "time_of_login"` (or `first_seen` and `last_seen`) below '
            f"`[columns]`, of {_SETTINGS}. Where no column has it, export it.",
        ),
        "GL338": MessageInfo(
            "lists of ids",
            'Values of the column hold several ids, such as `dev1;dev2`, `{dev1,dev2}` or `["dev1","dev2"]`. Each '
            "is compared as a whole, so accounts that share one of the ids are missed.",
            "Export a row for each id, or a column for each (`device_1`, `device_2`).",
        ),
        "GL337": MessageInfo(
            "most rows are of one account",
            "In many systems `account_id` names the tenant, or your own account at a provider, and the person is in "
            "another column. One account alone cannot form a ring.",
            'If the customers are in another column, map it: `account_id = "user_id"` below `[columns]`, of '
            f"{_SETTINGS}.",
        ),
        "GL336": MessageInfo(
            "words amid ids",
            "Nearly all values of the column have digits, like ids from a program; these are words of another form, "
            "such as `invoice` for a card or `sdk-node` for a device. Such a word belongs to nobody in particular, "
            "and a few dozen accounts with such words in several columns would look like a ring.",
            "Usually nothing: they count as placeholders. If they are ids, declare the type below `[signals.NAME]` "
            "under a name of your own.",
        ),
        "GL335": MessageInfo(
            "groups that cannot be told from chance",
            "Hardly any other account has the types that tie these groups, as when prompts are exported for "
            "suspects only. Nobody knows whether others would share them as well. Null worlds shuffle the links "
            "among the same accounts, where they hold together as before. So the groups count as chance and are not "
            "reported.",
            "Export these types for all accounts. To see the groups as they are, set `null_worlds = 0` in "
            "`[method]`; then it is unknown what chance alone would give.",
        ),
        "GL321": MessageInfo(
            "network kept",
            "The process that reads the exports gives up the network first; this system does not allow that.",
            "Nothing, or allow user namespaces: `sysctl kernel.unprivileged_userns_clone`, seccomp profile of a "
            "container.",
        ),
        "GL322": MessageInfo(
            "writing not limited",
            "The process that reads the exports should write only into its own folder; this system cannot enforce "
            "that.",
            "Nothing, or use Linux 5.13 or newer with Landlock.",
        ),
        # --- configuration ---
        "GL401": MessageInfo(
            "not TOML",
            "The file cannot be parsed, or is nested or long beyond any real settings.",
            "Correct the line that the message names.",
        ),
        "GL402": MessageInfo(
            "unknown key", "This key does not exist; the message shows the nearest.", "Correct or remove it."
        ),
        "GL403": MessageInfo(
            "wrong type",
            "The value has another type than the key needs.",
            "Write a value of the type that the message names.",
        ),
        "GL404": MessageInfo("value out of range", "The message shows the allowed values.", "Choose an allowed value."),
        "GL405": MessageInfo("key missing", "The section needs the key.", "Add it."),
        "GL406": MessageInfo("source twice", "Two sources name the same thing.", "Remove one."),
        "GL407": MessageInfo("declaration", "A declared signal type is not valid.", "Correct the declaration."),
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
            "Pseudonyms need a secret key of 32 random bytes; with a typed key they could be guessed.",
            "(umask 077; head -c 32 /dev/urandom > graphlink.key)",
        ),
        "GL411": MessageInfo(
            "another key",
            "The key file holds another key than the one in `key_id`. Under it every account has another pseudonym, "
            "and rings, verdicts and lists of earlier sweeps match nothing.",
            "Put the old key back. To change it on purpose, start a new state and correct `key_id`.",
        ),
        "GL412": MessageInfo(
            "another key than the state's",
            "Sweeps know accounts under the pseudonyms of one key, or under their own names. Under another key "
            "every ring would end and start again, and every cleared account would be reported again.",
            "Restore the key and `pseudonymise`. To change them on purpose, start a new state with --init.",
        ),
        "GL413": MessageInfo(
            "swept under other settings",
            "The week was swept before, and the settings that the message names have changed since. Published "
            "results are replaced only on request.",
            "--supersede sweeps the newest week again under the new settings. Settings that the calibration froze "
            "change with `graphlink calibrate`, which also sweeps that week again. Or restore the settings.",
        ),
        "GL414": MessageInfo(
            "read with other settings",
            "`gl.analyse` got settings that would have changed what was read: the message names the sections that "
            "differ. The result would not match them, nor would `run.json`.",
            "Leave `config` out to use the settings of the reading, or read again with the new ones. `[method]` may "
            "differ.",
        ),
        "GL415": MessageInfo(
            "sources beside tables",
            "`gl.link` got tables, and settings that name `[[sources]]`. The tables would replace the sources, and "
            "settings of one source (`account_suffix`, its columns) would be ignored in silence.",
            "Give settings without `sources`; `[columns]` and `[reading]` apply to tables too. Do in pandas what "
            "one source alone needs. To read the sources, use `gl.read(config=…)`.",
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
            "Two rows of one file decide differently on the same subject, and their order does not matter.",
            "Keep the row that counts.",
        ),
        "GL454": MessageInfo(
            "wildcard too wide",
            "The wildcard matches more than 1 % of all accounts. Allowed accounts are never reported, so wide lists "
            "hide rings.",
            "Name the accounts, or a narrower wildcard.",
        ),
        "GL455": MessageInfo(
            "decision without author or reason",
            "A later reader of a decision must know who made it, and why.",
            "Give both.",
        ),
        "GL457": MessageInfo(
            "no such ring",
            "A row names a ring that no sweep knows, or names as an account something that looks like a ring's id. "
            "As an account it would be stored and counted, and match nobody.",
            "Correct the id: `graphlink rings --all` lists them. `--account` takes such ids for accounts.",
        ),
        "GL458": MessageInfo(
            "no such signal",
            "The signal type is neither built in nor declared, its values never look like this, or reading sets "
            "such values aside. On a list it would match nothing.",
            "Correct it, or name the settings that declare the type: `--config`. Leave out values that reading sets "
            "aside.",
        ),
        "GL459": MessageInfo(
            "no pseudonym",
            "This state knows accounts and values by pseudonyms, and this name is written as in exports. Stored, it "
            "would be in the state and in published sweeps beside the pseudonyms that hide it, and match nothing.",
            "Write the pseudonym. With the key, this command prints it: `graphlink pseudonym account_id NAME "
            "--key-file KEY`.",
        ),
        # --- questions ---
        "GL501": MessageInfo(
            "no run",
            "The folder does not hold a finished run (it has no `run.json`).",
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
            "Nothing in the run has this name, or, for a ring to show or an account to forget, nothing in the "
            "state. A value of one account links nobody and is not kept.",
            "Correct it; the message shows the nearest names. If a spreadsheet cut zeros off ids, write them.",
        ),
        "GL505": MessageInfo(
            "several of this name",
            "Signals of several types have this value, or several rings' ids begin with this text.",
            "Write TYPE=VALUE, or more of the ring's id.",
        ),
        "GL506": MessageInfo(
            "query refused",
            "One SELECT may be sent to the tables of a run. It can read no other file and change nothing.",
            "Correct the query; SHOW TABLES and DESCRIBE TABLE list the tables and columns.",
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
            "Only one sweep at a time uses a state; the message names the process that holds it. Nothing was changed.",
            "Try again when it is done. If it hangs, end that process: the lock goes with it.",
        ),
        # --- the state ---
        "GL701": MessageInfo(
            "no state",
            "The folder holds no state, or one without any published sweep. An empty state would report cleared "
            "accounts again, so it is created only on request.",
            "Name the right folder or restore a backup; for the very first sweep use --init.",
        ),
        "GL702": MessageInfo(
            "state damaged",
            "The file is not what graphlink wrote last: bits were flipped, it was cut, or another program wrote to it.",
            "graphlink state restore --state FOLDER, with the folder from the message. If the message names a "
            "backup, use another.",
        ),
        "GL703": MessageInfo(
            "state altered",
            "The content does not match its digests: somebody changed it by hand, or the key is another one.",
            "graphlink state restore --state FOLDER, with the folder from the message. If the message names a "
            "backup, use another.",
        ),
        "GL704": MessageInfo(
            "state of another version",
            "Another version of graphlink wrote the state; it was left untouched.",
            "Use the graphlink that wrote it, or restore a backup that this one made.",
        ),
        "GL705": MessageInfo(
            "state rolled back",
            "The state is older than the newest published sweep, or does not share a published sweep's history: "
            "decisions and events are missing from it.",
            "Restore the backup that the message names, or a newer one; --accept-rollback continues without the "
            "missing part.",
        ),
        "GL706": MessageInfo(
            "no key",
            "`state.key` is missing or is not that of this state; without it nothing in the state can be checked.",
            "Put it back; each backup folder holds a copy.",
        ),
        "GL707": MessageInfo(
            "no good backup",
            "No backup can be read, or none is complete.",
            "Look in the folders aside that the message names, or for copies elsewhere; `graphlink state check "
            "--backup FILE` checks a backup.",
        ),
        "GL709": MessageInfo(
            "not known to the state",
            "No sweep has found a ring of that id.",
            "`graphlink rings --all` lists those that are known.",
        ),
        # --- the machine ---
        "GL801": MessageInfo(
            "cannot be read", "The system does not allow reading the file.", "Give the user the right to read it."
        ),
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
            "Other users may write there. They could change the records of accounts, or put other files, links or "
            "pipes in their place.",
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
            "Free some space or give the rights, then run the same command again.",
        ),
        "GL820": MessageInfo(
            "out of memory",
            "Reading and analysis run in a process of their own, and it needs more memory than it may have. The "
            "message shows how much, if known. Nothing was written.",
            "Raise `--max-memory` or `max_memory_mb`, run it on a machine with more free memory, or take a shorter "
            "window. If the message names a limit on address space (`ulimit -v`, `LimitAS=`), raise that.",
        ),
        "GL821": MessageInfo(
            "the worker died",
            "The process that reads and analyses ended without an answer. The message names the signal that ended "
            "it, and adds if memory had run out. SIGSEGV, SIGABRT and the like are a fault of graphlink or of a "
            "library; SIGKILL comes from outside. Nothing was written.",
            "If memory had run out, run it on a machine with more. Otherwise run it again; if it happens again, "
            "report it with the line of the message.",
        ),
        "GL822": MessageInfo(
            "out of time",
            "A stage took longer than `max_stage_seconds`, on the clock or on each processor. Nothing was written.",
            "Raise the limit if the exports have grown, or find what else keeps the machine busy.",
        ),
        "GL823": MessageInfo(
            "no space left",
            "The file system that the message names is full: the one of the run, of the sweeps, or of temporary "
            "files. Nothing was published and the state is unchanged, unless a sweep was already committed: then "
            "the same command completes the rest.",
            "Free some space, then run the same command again.",
        ),
        "GL824": MessageInfo(
            "too much work for the memory",
            "From the number of sightings, the analysis would need clearly more memory than it may have, so it did "
            "not start. The message names the types with the most sightings.",
            "Allow more, take a shorter window, or leave a type out with `ignore_types`.",
        ),
        "GL825": MessageInfo(
            "apprise missing", "Notifications need an extra.", "Install from the lock: `sh deploy/install.sh FOLDER`."
        ),
        "GL826": MessageInfo(
            "question too large",
            "A query may use 2 GB of memory, or 3 GB with the rows being printed, so that it cannot fill the "
            "machine by accident. The run is unchanged.",
            "Ask for less: fewer columns, a WHERE, a count in place of rows. Any tool can read `tables/`, too.",
        ),
        "GL827": MessageInfo(
            "a published sweep is gone",
            "The state knows the sweep of the week, but its folder is missing. It was deleted, as `keep_weeks` and "
            "`graphlink forget` do, or the state was restored without the sweeps. Only the folder can show whether "
            "the exports have changed since.",
            "Copy the folder back, or sweep the newest week again as another revision with --supersede. Leave an "
            "older week out, or restore a backup and sweep it and all later weeks again.",
        ),
        "GL828": MessageInfo(
            "`latest` is no link",
            "In the folder of sweeps `latest` must be a link to the newest sweep, but something else has this name, "
            "perhaps a copy that followed links. A new sweep could not be linked.",
            "Move it away, then run the same command again.",
        ),
        "GL829": MessageInfo(
            "the folder is taken",
            "The folder to be written exists and holds a run or a world, something that graphlink did not write, "
            "changed files, or something another process wrote meanwhile. It was left as it is.",
            "Name a new folder, or replace an earlier run with --force; move other files away first.",
        ),
        "GL830": MessageInfo(
            "a file too large",
            "A limit of this process or file system is smaller than the file that the message names. Nothing was "
            "published.",
            "Raise the limit: `ulimit -f`, or `LimitFSIZE=` of the unit.",
        ),
    }
)
