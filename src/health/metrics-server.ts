import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Config } from '../config/config.js';
import { hostToBind } from '../platform/listen.js';
import { Scrape } from './scrape.js';

/** /metrics on a port of its own, which a proxy in front of the service doesn't lead to. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly config: Config,
    private readonly registry: Registry,
    private readonly scrape: Scrape,
  ) {}

  /** @throws Error when the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    const { metricsPort, port, host } = this.config.http;
    if (metricsPort === undefined) return;
    collectDefaultMetrics({ register: this.registry });
    if (metricsPort === port) return;
    this.server = createServer((req, res) => {
      if (req.url !== '/metrics') return void res.writeHead(404).end();
      this.scrape.text().then(
        (text) => res.writeHead(200, { 'Content-Type': this.scrape.contentType }).end(text),
        () => res.writeHead(503).end(),
      );
    }).listen({ port: metricsPort, host: hostToBind(host) });
    await once(this.server, 'listening');
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
