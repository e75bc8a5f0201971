"""As somebody would build it: FastAPI, PyJWT for every request, httpx, bodies gathered in memory.

With httpx's own limits: more kept connections cost it more, for it looks through all of them for each request.
"""

import os
import sys

import httpx
import jwt
import uvicorn
from fastapi import FastAPI, Request, Response

port, container, public_key_file = int(sys.argv[1]), sys.argv[2], sys.argv[3]
hop_by_hop = {"host", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length", "x-user-id"}
with open(public_key_file) as file:
    public_key = file.read()
app = FastAPI()
client = httpx.AsyncClient(base_url=container, timeout=60)


@app.api_route("/p/{path:path}", methods=["GET", "POST"])
async def forward(path: str, request: Request):
    try:
        claims = jwt.decode(request.headers["authorization"][len("Bearer ") :], public_key, algorithms=["RS256"], issuer="bench")
    except (KeyError, jwt.PyJWTError):
        return Response(status_code=401)
    if "bench-admin" not in claims["groups"]:
        return Response(status_code=403)
    headers = {name: value for name, value in request.headers.items() if name not in hop_by_hop}
    headers["x-user-id"] = claims["sub"]
    target = "/" + path + ("?" + request.url.query if request.url.query else "")
    answer = await client.request(request.method, target, headers=headers, content=await request.body())
    return Response(answer.content, answer.status_code, {name: value for name, value in answer.headers.items() if name not in hop_by_hop})


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
