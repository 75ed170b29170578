// Owns how keys are listed and what is shown of one: for the person whose they are and for administrators alike.
// Promises pages that stay right while keys come and go, memory that doesn't grow with a list, and never a secret.
// Changes nothing, and decides nothing about who may see what.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKey } from '../api-keys/api-key.entity.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { KeyList } from './key-list.js';
import { KeyRecords } from './key-records.js';

@Module({
  imports: [TypeOrmModule.forFeature([ApiKey]), ApiKeysModule, UsageModule],
  providers: [KeyList, KeyRecords],
  exports: [KeyList, KeyRecords],
})
export class InventoryModule {}
