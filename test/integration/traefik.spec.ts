import { describe } from 'vitest';
import { keepsTheGate } from '../support/gateway-guarantees.js';

describe('Traefik in front of a file server, by the documented recipe', () => {
  keepsTheGate('traefik', { leavesLimitsToTheManager: true });
});
