// A company's proxy, in a process of its own: CONNECT for https, the absolute form for http. Whatever name it is asked
// for leads to the ports it was given, for it is the proxy that resolves names and never its client.
import http from "node:http";
import net from "node:net";

/** @type {import("./company-network.js").ProxyBehaviour} */
const { securePort, plainPort, user, answers = [] } = JSON.parse(process.argv[2] ?? "{}");

/** @type {import("./company-network.js").Passed[]} */
const passed = [];

/**
 * Notes a request, and says what becomes of it: a status, or what is done to the connection.
 * @param {http.IncomingMessage} request
 */
function receive(request) {
  const given = request.headers["proxy-authorization"] ?? "";
  const basic = Buffer.from(given.replace("Basic ", ""), "base64").toString();
  const answer = user !== undefined && basic !== user ? 407 : (answers.shift() ?? 200);
  passed.push({ method: request.method ?? "", target: request.url ?? "", answer });
  return answer;
}

const server = http.createServer((request, response) => {
  const answer = receive(request);
  if (answer !== 200) {
    response
      .writeHead(Number(answer), { "Content-Type": "text/html" })
      .end("<html>a page of the proxy</html>");
    return;
  }
  const { pathname, search } = new URL(request.url ?? "");
  const { "proxy-authorization": _authorization, ...headers } = request.headers;
  const onward = {
    host: "127.0.0.1",
    port: plainPort,
    path: pathname + search,
    method: request.method,
    headers,
  };
  const sent = http.request(onward, (reply) => {
    response.writeHead(reply.statusCode ?? 0, reply.headers);
    reply.pipe(response);
  });
  request.pipe(sent);
});

server.on("connect", (request, client) => {
  const answer = receive(request);
  client.on("error", () => client.destroy());
  if (answer === "silence") return;
  if (answer !== 200 && answer !== "drop") {
    client.end(`HTTP/1.1 ${answer} Refused\r\nContent-Length: 23\r\n\r\n<html>the proxy</html>\n`);
    return;
  }
  client.write("HTTP/1.1 200 Connection established\r\n\r\n");
  if (answer === "drop") {
    client.once("data", () => client.destroy());
    return;
  }
  const onward = net.connect(securePort, "127.0.0.1");
  onward.on("error", () => client.destroy());
  onward.on("close", () => client.destroy());
  client.on("close", () => onward.destroy());
  client.pipe(onward).pipe(client);
});

process.on("message", () => process.send?.({ passed }));
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
