import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { TestServer } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

/** Everything up to the end of the next answer; the bodies here are all JSON in one part. */
async function answer(socket: Socket): Promise<string> {
  let text = '';
  while (!text.endsWith('}')) text += String((await once(socket, 'data'))[0]);
  return text;
}

it.each([
  ['is not used any more', false],
  ['is used on and on', true],
])('a server ends in time though a connection is busy at that moment, which %s', async (_, goesOn) => {
  const server = await TestServer.start();
  const { key } = await server.createKey();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const closed = once(socket, 'close');
  const body = JSON.stringify({ key });
  const head = `POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  socket.write(head + body);
  expect(await answer(socket)).toContain('200 OK');
  const begun = once(server.http, 'request');
  socket.write(head);
  await begun;
  const stopped = server.stop();
  await waitFor(() => !server.http.listening);
  socket.write(goesOn ? body + head : body);
  expect(await answer(socket)).toContain('"valid":true');
  if (goesOn) {
    socket.write(body);
    expect(await answer(socket)).toMatch(/Connection: close[^]*"valid":true/i);
  }
  await closed;
  await stopped;
});
