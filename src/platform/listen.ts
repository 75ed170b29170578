import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { HttpConfig } from '../config/config.js';

/** Without a host Node takes IPv6 and IPv4 alike, and IPv4 alone on a machine that has no other. */
export const hostToBind = (host: string): string | undefined => (host === '::' ? undefined : host);

/** @returns where it really listens: a public address may be a proxy's */
export async function listen(
  app: NestExpressApplication,
  { host, port }: Pick<HttpConfig, 'host' | 'port'>,
): Promise<string> {
  const bound = hostToBind(host);
  await (bound === undefined ? app.listen(port) : app.listen(port, bound));
  const { address, port: own } = (app.getHttpServer() as Server).address() as AddressInfo;
  return `http://${address.includes(':') ? `[${address}]` : address}:${own}`;
}
