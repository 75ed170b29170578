// Owns the way of the predecessor's keys into our database: reading its table, judging each row, one change for all.
// Promises that every key that worked goes on working, that it can be run again, and that nothing is done by half.
import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { ImportOnStart } from './import-on-start.js';

@Module({ imports: [ChangesModule], providers: [ImportOnStart] })
export class ImportModule {}
