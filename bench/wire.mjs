// An answer as it comes over the wire, so that a bare server can send its very bytes and be held to them.
import { connect } from 'node:net';

/** As long as those that our server makes once it has answered a million requests. */
const REQUEST_ID = '6f1c1a2e-8f0b-4c55-a0b1c';
/** What passes between two answers of the same kind. */
const CLOCKS = /^(Date|Retry-After): .*$/gm;

/** @returns {Promise<{text: string, status: number, headers: string[], body: string}>} */
export async function answerTo({ port, path, headers }) {
  const text = await rawAnswer(port, path, { 'X-Request-Id': REQUEST_ID, ...headers });
  const [head, body] = text.split('\r\n\r\n');
  const [statusLine, ...fields] = head.split('\r\n');
  return { text, body, status: Number(statusLine.split(' ')[1]), headers: fields.flatMap(nameAndValue) };
}

async function rawAnswer(port, path, headers) {
  const fields = Object.entries({ Host: `127.0.0.1:${port}`, ...headers });
  const socket = connect(port, '127.0.0.1').setEncoding('utf8').setTimeout(10_000);
  socket.once('timeout', () => socket.destroy(new Error(`no whole answer from ${path}`)));
  socket.write(`GET ${path} HTTP/1.1\r\n${fields.map((field) => `${field.join(': ')}\r\n`).join('')}\r\n`);
  let text = '';
  for await (const part of socket) {
    text += part;
    if (isWhole(text)) break;
  }
  return text;
}

function isWhole(text) {
  const head = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  return head >= 0 && Buffer.byteLength(text) >= Buffer.byteLength(text.slice(0, head + 4)) + Number(length);
}

function nameAndValue(field) {
  const at = field.indexOf(':');
  return [field.slice(0, at), field.slice(at + 1).trim()];
}

/** @throws Error when a pair that is to send the same bytes doesn't. */
export async function expectSameBytes(pairs, cases) {
  const textOf = async (name) =>
    (await answerTo(cases.find((one) => one.name === name))).text.replace(CLOCKS, '$1');
  for (const { of, to } of pairs.filter(({ sameBytes }) => sameBytes)) {
    const [ours, bare] = [await textOf(of), await textOf(to)];
    if (ours !== bare) throw new Error(`${of} and ${to} differ:\n${ours}\n\n${bare}`);
  }
}
