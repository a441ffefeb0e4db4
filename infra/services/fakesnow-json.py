"""Starts fakesnow on 127.0.0.1 with answers that Snowflake's Node driver can read.

fakesnow answers with Arrow only, the Node driver reads JSON only. Every Arrow answer is rewritten as the rows of text that
Snowflake sends, with dates and timestamps as the numbers they are there. Usage: fakesnow-json.py PORT PASSWORD
"""

import asyncio
import base64
import datetime
import gzip
import json
import sys

import fakesnow.server as fake
import pyarrow
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

port, password = int(sys.argv[1]), sys.argv[2]
epoch = datetime.date(1970, 1, 1)


def as_text(value, kind):
    if value is None:
        return None
    if kind == "boolean":
        return "1" if value else "0"
    if kind == "date" and isinstance(value, datetime.date):
        return str((value - epoch).days)
    if isinstance(value, dict) and "epoch" in value:
        return f"{value['epoch']}.{value['fraction']:09d}"
    return repr(value) if isinstance(value, float) else str(value)


def rewrite(data):
    packed = data.pop("rowsetBase64", None)
    rows = []
    if packed:
        table = pyarrow.ipc.open_stream(base64.b64decode(packed)).read_all()
        kinds = [column["type"].lower() for column in data["rowtype"]]
        columns = [column.to_pylist() for column in table.columns]
        rows = [[as_text(value, kind) for value, kind in zip(row, kinds)] for row in zip(*columns)]
    data["queryResultFormat"] = "json"
    data["rowset"] = rows
    data["total"] = data["returned"] = len(rows)


# Snowflake lets the second of two transactions that change a table wait, and DuckDB fails it: here each waits for the one before.
transactions = asyncio.Lock()
in_transaction = None


async def enter(session, sql):
    global in_transaction
    if sql.startswith("BEGIN"):
        await transactions.acquire()
        in_transaction = session


def leave(session):
    global in_transaction
    if in_transaction == session and session is not None:
        in_transaction = None
        transactions.release()


async def query(request):
    packed = await request.body()
    text = gzip.decompress(packed) if request.headers.get("content-encoding") == "gzip" else packed
    sql = json.loads(text).get("sqlText", "").strip().upper()
    session = request.headers.get("authorization")
    await enter(session, sql)

    async def again():
        return {"type": "http.request", "body": packed, "more_body": False}

    answer = await fake.query_request(Request(request.scope, again))
    if sql.startswith(("COMMIT", "ROLLBACK")):
        leave(session)
    body = json.loads(answer.body)
    data = body.get("data") or {}
    if data.get("queryResultFormat") == "arrow":
        rewrite(data)
    if body.get("success"):
        # The driver insists on both.
        data.setdefault("finalRoleName", "PUBLIC")
        data.setdefault("finalWarehouseName", "TEST")
    return JSONResponse(body, status_code=answer.status_code)


async def login(request):
    # fakesnow lets everyone in: the password is asked for here, as Snowflake words it.
    body = await request.body()
    text = gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body
    if json.loads(text)["data"].get("PASSWORD") != password:
        message = "Incorrect username or password was specified."
        return JSONResponse({"data": {}, "code": "390100", "message": message, "success": False})

    async def again():
        return {"type": "http.request", "body": body, "more_body": False}

    return await fake.login_request(Request(request.scope, again))


async def end(request):
    leave(request.headers.get("authorization"))
    return await fake.session(request)


async def accept(_request):
    return JSONResponse({"success": True, "data": None})


routes = [
    Route("/session/v1/login-request", login, methods=["POST"]),
    Route("/queries/v1/query-request", query, methods=["POST"]),
    Route("/session", end, methods=["POST"]),
    Route("/telemetry/send", accept, methods=["POST"]),
]
uvicorn.run(Starlette(routes=routes + list(fake.routes)), host="127.0.0.1", port=port, log_level="warning")
