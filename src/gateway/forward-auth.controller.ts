import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Clock } from '../platform/clock.js';
import { requestIdOf } from '../platform/request-context.js';
import { write } from '../verification/answer.js';
import type { Answer } from '../verification/answer.js';
import { VerificationService } from '../verification/verification.service.js';
import { ThrottleStorage } from '../throttle/throttle.storage.js';
import { answerTo, denied, preflight } from './forward-auth.js';
import { ForwardAuthReader } from './forward-auth-reader.js';

/** For gateways: may the request in front of you pass? */
@Controller('v1/forward-auth')
export class ForwardAuthController {
  constructor(
    private readonly reader: ForwardAuthReader,
    private readonly verification: VerificationService,
    private readonly throttle: ThrottleStorage,
    private readonly clock: Clock,
  ) {}

  @All()
  @ApiExcludeEndpoint()
  async forwardAuth(@Req() req: Request, @Res() res: Response): Promise<void> {
    write(res, await this.answer(req), requestIdOf(req));
  }

  private async answer(req: Request): Promise<Answer> {
    const request = this.reader.request(req, this.reader.split(req), requestIdOf(req));
    if (this.reader.isPreflight(request)) return preflight(request);
    if (request.options.require === undefined) return denied('INVALID_REQUIREMENT', request);
    const attempt = this.reader.attempt(request);
    const blocked = this.throttle.blockedFor(attempt);
    if (blocked) return denied('RATE_LIMITED', request, blocked.retryAfterSeconds);
    return answerTo(await this.verification.verify(attempt), request, this.clock.millis());
  }
}
