import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../auth/current-user.js';
import type { User } from '../auth/current-user.js';
import { SignedIn } from '../auth/login.guard.js';
import { ApiProblems } from '../platform/api-answers.js';
import type { Service } from '../services/service.js';
import { Services } from '../services/services.js';
import { ServiceListDto } from './service.dto.js';
import type { ServiceDto } from './service.dto.js';

@ApiTags('Services')
@Controller('v1/services')
@SignedIn()
export class ServicesController {
  constructor(private readonly services: Services) {}

  /**
   * Lists the services that you are offered.
   * @remarks By your roles, as the catalogue says; administrators see all. A hint for choosing services, not a right.
   */
  @ApiProblems({ 401: 'NOT_AUTHENTICATED, INVALID_TOKEN, OWNER_DISABLED' })
  @Get()
  offered(@CurrentUser() user: User): ServiceListDto {
    return { items: this.services.offeredTo(user.roles).map(describe) };
  }
}

/** To whom it is offered is the catalogue's own business. */
function describe({ roles: _, carriers, scopes, ...shown }: Service): ServiceDto {
  return { ...shown, carriers: carriers && [...carriers], scopes: [...scopes] };
}
