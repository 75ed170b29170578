// Owns the append-only trail. Promises one line for every change, in the change's own transaction.
// Never changes a line and never takes a secret.
import { Module } from '@nestjs/common';
import { AuditService } from './audit.service.js';

@Module({ providers: [AuditService], exports: [AuditService] })
export class AuditModule {}
