import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { openLog } from '../../src/platform/log.js';
import { freshDatabaseUrl } from './database-url.js';
import { readyDatabase } from './database.js';
import { freePort } from './free-port.js';

/** The server as `npm start` without settings makes it, on a free port, keeping nothing on the disk. */
export class EmbeddedServer {
  private constructor(
    private readonly app: NestExpressApplication,
    readonly url: string,
    /** What was logged; APIKM_LOG_LEVEL opens it. */
    readonly lines: readonly string[],
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<EmbeddedServer> {
    const port = Number(settings.APIKM_PORT ?? (await freePort()));
    const parsed = parseConfig({
      APIKM_PORT: String(port),
      APIKM_DATABASE_URL: await freshDatabaseUrl(),
      APIKM_KEYCLOAK_SYNC_FREQ: '1',
      APIKM_LOG_LEVEL: 'silent',
      ...settings,
    });
    const config = { ...parsed, dataFolder: undefined };
    const lines: string[] = [];
    const app = await createApp(config, {
      log: await openLog(config, { write: (line) => void lines.push(line) }),
      database: await readyDatabase(config.database),
    });
    await app.listen(port, '127.0.0.1');
    return new EmbeddedServer(app, config.http.publicUrl, lines);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
