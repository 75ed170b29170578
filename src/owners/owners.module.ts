// Owns the people behind keys: enabled, roles, groups, attributes, and when they were last confirmed.
// Promises that older rights never overwrite newer ones and that every change is announced. Never asks Keycloak, and
// knows nothing of keys: whose rights are to be followed it is told.
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChangesModule } from '../changes/changes.module.js';
import { Owner } from './owner.entity.js';
import { OwnersService } from './owners.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Owner]), ChangesModule],
  providers: [OwnersService],
  exports: [OwnersService],
})
export class OwnersModule {}
