"""The exports of five warehouses: a simulated world in, the files out that somebody would get of it.

Names and forms are those of the systems: `EXPORT DATA` of BigQuery (JSON, whole numbers as texts, times with `UTC`),
`COPY INTO` of Snowflake (capitals, nulls as a backslash and N, offsets of four digits), the payments and customers that
Stripe's dashboard exports beside an application's log of requests, documents of Elasticsearch in its common schema, and
what pandas writes to Parquet (whole numbers with gaps as floats, times without a zone, an index).
"""

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

STRONG: Final = frozenset({"ip", "card", "device", "user_agent", "email"})
"""Types that every dialect holds, and that a run has to read."""


def write_dialect(name: str, world: Path, out: Path) -> None:
    """Write a world's exports as one system does."""
    out.mkdir(parents=True)
    accounts = pd.read_parquet(world / "accounts.parquet")
    _DIALECTS[name](accounts, _events(pd.read_parquet(world / "sightings.parquet")), out)


def _events(sightings: pd.DataFrame) -> pd.DataFrame:
    """A log of requests, each with one value of each type of its account: a first and a last of each."""
    sightings = sightings.sort_values(["account_id", "signal_type", "first_seen", "signal_value"], kind="stable")
    sightings["n"] = sightings.groupby(["account_id", "signal_type"]).cumcount()
    rows = sightings.groupby(["account_id", "n"])
    wide = sightings.set_index(["account_id", "n", "signal_type"])["signal_value"].unstack().reset_index()  # noqa: PD010
    times = (rows["first_seen"].min().to_numpy(), rows["last_seen"].max().to_numpy())
    log = pd.concat([wide.assign(time=pd.to_datetime(each, utc=True)) for each in times], ignore_index=True)
    networks = log["ip"].str.extract(r"^([0-9a-f]+[.:][0-9a-f]*)")[0]
    numbers = pd.util.hash_pandas_object(networks, index=False).to_numpy()
    log["asn"] = np.where(networks.isna(), np.nan, 3000 + numbers % 400)
    log["event_id"] = [f"ev_{number:08x}" for number in range(len(log))]
    return log.drop(columns="n")


def _bigquery(accounts: pd.DataFrame, events: pd.DataFrame, out: Path) -> None:
    users = (
        {
            "user_id": row["account_id"],
            "account_created_at": _utc(row["created_at"]),
            "profile": {"email": row["email"], "phone_number": row["phone"], "country_code": row["country"]},
            "plan_name": row["plan"],
            "account_status": row["status"],
            "login_count": "7",
        }
        for row in _rows(accounts)
    )
    _json_lines(out / "users" / "000000000000.json.gz", users)
    lines = [
        {
            "event_id": row["event_id"],
            "event_timestamp": _utc(row["time"]),
            "user_id": row["account_id"],
            "event_name": "api_request",
            "payload": {
                "client": {"ip": row["ip"], "asn": _as_text(row["asn"]), "user_agent": row["user_agent"]},
                "device_fp": row["device"],
                "payment_method_fingerprint": row["card"],
                "payment_method_type": "card",
                "ip_count": "3",
            },
            "prompt_template_id": row["template"],
        }
        for row in _rows(events)
    ]
    half = len(lines) // 2
    _json_lines(out / "events" / "000000000000.json.gz", lines[:half])
    _json_lines(out / "events" / "000000000001.json.gz", lines[half:])


def _snowflake(accounts: pd.DataFrame, events: pd.DataFrame, out: Path) -> None:
    people = pd.DataFrame(
        {
            "CUSTOMER_ID": accounts["account_id"],
            "CREATED_AT": accounts["created_at"].dt.strftime("%Y-%m-%d %H:%M:%S.000 +0000"),
            "EMAIL_ADDRESS": accounts["email"],
            "PHONE_NUMBER": accounts["phone"],
            "COUNTRY_CODE": accounts["country"],
            "PLAN_NAME": accounts["plan"],
            "CUSTOMER_STATUS": accounts["status"],
            "LIFETIME_VALUE": 12.5,
        }
    )
    log = pd.DataFrame(
        {
            "EVENT_ID": events["event_id"],
            "EVENT_TS": events["time"].dt.strftime("%Y-%m-%d %H:%M:%S.%f").str[:-3],
            "CUSTOMER_ID": events["account_id"],
            "CLIENT_IP": events["ip"],
            "IP_ASN": events["asn"].astype("Int64"),
            "DEVICE_FINGERPRINT_ID": events["device"],
            "PAYMENT_METHOD_FP": events["card"],
            "CARD_TYPE": "credit",
            "HTTP_USER_AGENT": events["user_agent"],
            "PROMPT_HASH": events["template"],
            "DEVICE_PRICE": 199,
        }
    )
    for name, frame in (("CUSTOMERS", people), ("API_EVENTS", log)):
        with gzip.open(out / f"{name}_0_0_0.csv.gz", "wt", encoding="utf-8", newline="") as file:
            frame.to_csv(file, index=False, na_rep="\\N", quoting=csv.QUOTE_MINIMAL)


def _stripe(accounts: pd.DataFrame, events: pd.DataFrame, out: Path) -> None:
    """Stripe has ids of its own for customers, and in its metadata the application's, which alone stand in its logs."""
    customer = {each: f"cus_{number:014x}" for number, each in enumerate(accounts["account_id"])}
    customers = pd.DataFrame(
        {
            "id": accounts["account_id"].map(customer),
            "Description": "",
            "Email": accounts["email"],
            "Name": "",
            "Created (UTC)": accounts["created_at"].dt.strftime("%Y-%m-%d %H:%M"),
            "Delinquent": "false",
            "Card ID": "",
            "Card Last4": "4242",
            "Card Brand": "Visa",
            "Plan": accounts["plan"],
            "Status": accounts["status"],
            "Total Spend": "10.00",
            "user_id (metadata)": accounts["account_id"],
        }
    )
    paid = events[events["card"].notna()]
    payments = pd.DataFrame(
        {
            "id": [f"ch_{number:016x}" for number in range(len(paid))],
            "Created date (UTC)": paid["time"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "Amount": "20.00",
            "Amount Refunded": "0.00",
            "Currency": "usd",
            "Captured": "true",
            "Card Last4": "4242",
            "Card Brand": "Visa",
            "Card Funding": "credit",
            "Card Exp Month": "12",
            "Card Issue Country": "US",
            "Card Fingerprint": paid["card"],
            "Card CVC Status": "pass",
            "Status": "Paid",
            "Customer ID": paid["account_id"].map(customer),
            "Customer Email": paid["account_id"].map(accounts.set_index("account_id")["email"]),
            "user_id (metadata)": paid["account_id"],
        }
    )
    customers.to_csv(out / "customers.csv", index=False)
    payments.to_csv(out / "unified_payments.csv", index=False)
    log = (
        {
            "level": "info",
            "ts": row["time"].timestamp() + 0.25,
            "msg": "request served",
            "requestId": row["event_id"],
            "http": {"method": "POST", "status": 200, "remoteIp": row["ip"], "userAgent": row["user_agent"]},
            "auth": {
                "userId": row["account_id"],
                "deviceId": row["device"],
                "apiKeyId": f"ak_{row['account_id'][-8:]}",
            },
            "prompt": {"templateId": row["template"], "tokens": 812},
        }
        for row in _rows(events)
    )
    _json_lines(out / "app.log.jsonl", log)


def _elastic(accounts: pd.DataFrame, events: pd.DataFrame, out: Path) -> None:
    known = {row["account_id"]: row for row in _rows(accounts)}
    documents = (
        {
            "_index": ".ds-logs-api-2026.07.01-000001",
            "_id": row["event_id"],
            "_score": 1.0,
            "_source": {
                "@timestamp": row["time"].strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
                "event": {"kind": "event", "category": ["web"], "created": row["time"].strftime("%Y-%m-%dT%H:%M:%SZ")},
                "user": {"id": row["account_id"], "email": known[row["account_id"]]["email"], "roles": ["member"]},
                "client": {"ip": row["ip"], "as": {"number": _whole(row["asn"]), "organization": {"name": "Example"}}},
                "user_agent": {"original": row["user_agent"], "name": "Other", "device": {"name": "Other"}},
                "device": {"id": row["device"]},
                "labels": {"payment_fingerprint": row["card"], "prompt_template": row["template"]},
                "host": {"ip": ["10.0.0.4"], "name": "web-1"},
                "http": {"response": {"status_code": 200}},
            },
        }
        for row in _rows(events)
    )
    _json_lines(out / "logs-api.json", documents)


def _pandas(accounts: pd.DataFrame, events: pd.DataFrame, out: Path) -> None:
    users = accounts.rename(columns={"account_id": "userId", "created_at": "createdAt", "country": "countryCode"})
    users["createdAt"] = users["createdAt"].dt.tz_localize(None).astype("datetime64[ns]")
    users["plan"] = users["plan"].astype("category")
    users["is_mobile"] = True
    users.to_parquet(out / "users.parquet")
    log = events.rename(
        columns={
            "account_id": "userId",
            "time": "eventTime",
            "ip": "ipAddress",
            "card": "cardFingerprint",
            "card_bin": "cardBin",
            "device": "deviceId",
            "user_agent": "userAgent",
            "template": "promptTemplateId",
            "event_id": "eventId",
        }
    )
    log["eventTime"] = log["eventTime"].dt.tz_localize(None).astype("datetime64[ns]")
    log["cardBin"] = log["cardBin"].astype(float)
    log["latencyMs"] = 12.5
    log["tags"] = [["a", "b"]] * len(log)
    log.sample(frac=1, random_state=1).to_parquet(out / "events.parquet")


_DIALECTS: Final[Mapping[str, Callable[[pd.DataFrame, pd.DataFrame, Path], None]]] = {
    "bigquery": _bigquery,
    "snowflake": _snowflake,
    "stripe": _stripe,
    "elastic": _elastic,
    "pandas": _pandas,
}
DIALECTS: Final = tuple(_DIALECTS)


def _rows(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows as Python has them, None where a value is missing."""
    return (
        dict(zip(frame.columns, row, strict=True)) for row in frame.astype(object).where(frame.notna(), None).to_numpy()
    )


def _utc(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _as_text(number: float | None) -> str | None:
    return None if number is None else str(int(number))


def _json_lines(path: Path, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    """Write lines of JSON, without the keys of what is missing, as these systems do."""
    path.parent.mkdir(exist_ok=True)
    text = "".join(json.dumps(_filled(row), separators=(",", ":")) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _filled(value) if isinstance(value, dict) else value for key, value in row.items()}
    return {key: value for key, value in kept.items() if value is not None}
