// Owns how anything is changed: `changes.make(tx => …)` joins rows, audit rows and announcements in one transaction.
// Promises that no change is without its audit row or its announcement, that none of them is without the change, and
// that this process has forgotten what it knew before the caller answers. Knows nothing of what is changed.
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { InvalidationModule } from '../invalidation/invalidation.module.js';
import { Changes } from './changes.js';

@Module({ imports: [AuditModule, InvalidationModule], providers: [Changes], exports: [Changes] })
export class ChangesModule {}
