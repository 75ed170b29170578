import { describe } from 'vitest';
import { keepsTheGate } from '../support/gateway-guarantees.js';

describe('Caddy in front of a file server, by the documented recipe', () => {
  keepsTheGate('caddy', { leavesLimitsToTheManager: true });
});
