import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { DatabaseConfig } from '../config/config.js';
import { dataSourceOptions } from './data-source-options.js';

/** For chores whose statements take as long as they need, on a connection of their own that is closed behind them. */
@Injectable()
export class Unhurried {
  constructor(
    private readonly config: DatabaseConfig,
    private readonly source: DataSource,
  ) {}

  /** `work` may begin as many transactions as it likes, one after the other. */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { config, source } = this;
    if (config.kind === 'embedded') return work(source.manager);
    const own = new DataSource(dataSourceOptions({ ...config, server: config.direct }, [], undefined, 0));
    await own.initialize();
    try {
      return await work(own.manager);
    } finally {
      await own.destroy();
    }
  }
}
