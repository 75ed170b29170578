// Owns the append-only trail, its chain and the logins beside it. Promises one line for every change, in the change's
// own transaction, numbered without gaps and hashed with the line before; the database itself sees to that.
// Never changes a line and never takes a secret.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditTrail } from './audit-trail.js';
import { AuditService } from './audit.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEntry])],
  providers: [AuditService, AuditTrail],
  exports: [AuditService, AuditTrail],
})
export class AuditModule {}
