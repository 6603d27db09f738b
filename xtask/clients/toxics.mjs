// Drives `sim proxy` through every toxic with toxiproxy-node-client, and looks at what its clients see.
//
// usage: toxics.mjs CLIENT CONTROL_URL, where CLIENT is the folder of the package

import assert from "node:assert";
import net from "node:net";
import { createRequire } from "node:module";

const [client, control] = process.argv.slice(2);
const { Toxiproxy } = createRequire(import.meta.url)(client);

/** A server that sends back what it gets. */
const echo = await new Promise((listening) => {
  const server = net.createServer({ allowHalfOpen: true }, (connection) => {
    connection.on("error", () => connection.destroy());
    connection.pipe(connection);
  });
  server.listen(0, "127.0.0.1", () => listening(server));
});

/**
 * What a client sees that sends some bytes through a proxy: what comes back, how it ends, how long it takes. It waits until
 * all is back, and for the end of the connection if it has ended its own side.
 */
const see = (proxy, sent, patience = 5000, ending = false) =>
  new Promise((seen) => {
    const begun = performance.now();
    const [host, port] = proxy.listen.split(":");
    const connection = net.connect({ host, port: Number(port), allowHalfOpen: true }, () =>
      ending ? connection.end(sent) : connection.write(sent),
    );
    let back = Buffer.alloc(0);
    let first;
    const end = (how) => {
      connection.destroy();
      seen({ back, first, how, took: performance.now() - begun });
    };
    connection.on("data", (piece) => {
      first ??= performance.now() - begun;
      back = Buffer.concat([back, piece]);
      if (!ending && back.length >= sent.length) end("open");
    });
    connection.on("end", () => end("closed"));
    connection.on("error", (error) => end(error.code));
    connection.setTimeout(patience, () => end("silent"));
  });

const toxiproxy = new Toxiproxy(control);
assert.match(JSON.stringify(await toxiproxy.getVersion()), /\d+\.\d+/);
const upstream = `127.0.0.1:${echo.address().port}`;
let proxy = await toxiproxy.createProxy({ name: "echo", listen: "127.0.0.1:0", upstream });
const text = Buffer.alloc(10_000, "x");
const whole = (seen) => seen.back.equals(text) && ["open", "closed"].includes(seen.how);
assert(whole(await see(proxy, text)));

const under = async (type, attributes, check, patience, ending) => {
  const made = await proxy.addToxic({ name: "toxic", type, stream: "downstream", toxicity: 1, attributes });
  assert.equal(made.type, type);
  const seen = await see(proxy, text, patience, ending);
  assert(check(seen), `${type}: ${JSON.stringify({ ...seen, back: seen.back.length })}`);
  await (await proxy.getToxic("toxic")).remove();
  assert(whole(await see(proxy, text, 5000, true)), `after ${type}`);
  console.log(type, "ok");
};

await under("latency", { latency: 300, jitter: 0 }, (seen) => whole(seen) && seen.first >= 299);
await under("bandwidth", { rate: 20 }, (seen) => whole(seen) && seen.took >= 400);
await under("slow_close", { delay: 400 }, (seen) => whole(seen) && seen.took >= 399, 5000, true);
await under("timeout", { timeout: 300 }, (seen) => seen.back.length === 0 && seen.how !== "silent");
await under("timeout", { timeout: 0 }, (seen) => seen.back.length === 0 && seen.how === "silent", 500);
await under("slicer", { average_size: 100, size_variation: 10, delay: 2000 }, (seen) => whole(seen) && seen.took >= 150);
await under("limit_data", { bytes: 1234 }, (seen) => seen.back.equals(text.subarray(0, 1234)));
await under("reset_peer", { timeout: 0 }, (seen) => seen.how === "ECONNRESET");

// An update takes hold of what is there.
const late = { name: "late", type: "latency", stream: "downstream", toxicity: 1, attributes: { latency: 5000, jitter: 0 } };
const latency = await proxy.addToxic(late);
assert.equal((await latency.update({ ...late, attributes: { latency: 100, jitter: 0 } })).attributes.latency, 100);
assert((await see(proxy, text)).first < 4000);
await latency.remove();
console.log("update ok");

proxy = await proxy.update({ enabled: false, listen: proxy.listen, upstream });
assert.equal((await see(proxy, text)).how, "ECONNREFUSED");
proxy = await proxy.update({ enabled: true, listen: proxy.listen, upstream });
assert(whole(await see(proxy, text)));
console.log("down ok");

await toxiproxy.reset();
const one = { name: "one", listen: "127.0.0.1:0", upstream, enabled: true };
assert.deepEqual(Object.keys(await toxiproxy.populate([one])), ["one"]);
assert(whole(await see(await toxiproxy.get("one"), text)));
for (const each of Object.values(await toxiproxy.getAll())) {
  await each.remove();
}
assert.deepEqual(await toxiproxy.getAll(), {});
console.log("reset and populate ok");
echo.close();
