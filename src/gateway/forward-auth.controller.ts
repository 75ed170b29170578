import { All, Controller, Logger, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { redactUrl } from '../platform/redact.js';
import { requestIdOf } from '../platform/request-context.js';
import { write } from '../verification/answer.js';
import type { Answer } from '../verification/answer.js';
import type { Refused } from '../verification/outcome.js';
import { VerificationService } from '../verification/verification.service.js';
import { preflight } from './forward-auth.js';
import { ForwardAuthReader } from './forward-auth-reader.js';
import { ForwardAuthRoute } from './forward-auth.route.js';

const MOST_WARNINGS = 100;
const WARNED_MS = 3_600_000;
const NOT_UNDERSTOOD: Refused = { valid: false, code: 'INVALID_REQUIREMENT' };

/** For gateways: may this request pass? */
@Controller('v1/forward-auth')
export class ForwardAuthController {
  private readonly logger = new Logger('ForwardAuth');
  private readonly warned = new LRUCache<string, true>({ max: MOST_WARNINGS, ttl: WARNED_MS });

  constructor(
    private readonly reader: ForwardAuthReader,
    private readonly route: ForwardAuthRoute,
    private readonly verification: VerificationService,
  ) {}

  @All()
  @ApiExcludeEndpoint()
  async forwardAuth(@Req() req: Request, @Res() res: Response): Promise<void> {
    const answer = await this.answer(req);
    // A body that was announced and has not come would be taken for the next request.
    if (!req.complete) res.shouldKeepAlive = false;
    write(res, answer, requestIdOf(req));
  }

  private async answer(req: Request): Promise<Answer> {
    const request = this.reader.request(req, this.reader.split(req), requestIdOf(req));
    if (this.reader.isPreflight(request)) return preflight(request);
    if (request.options.require === undefined) {
      this.warnOf(request.options.problem!);
      return this.route.answer(this.route.metrics.observe(NOT_UNDERSTOOD, performance.now()), { request });
    }
    const attempt = this.reader.attempt(request);
    return this.route.answer(await this.verification.verify(attempt, this.route.metrics), attempt);
  }

  /** Once an hour each: a gateway asks the same again and again. What stands there may be a key. */
  private warnOf(problem: string): void {
    const shown = redactUrl(problem).slice(0, 100);
    if (this.warned.has(shown)) return;
    this.warned.set(shown, true);
    this.logger.warn(
      `a gateway's options are not understood, so it lets nobody pass: ${JSON.stringify(shown)}`,
    );
  }
}
