import { describe } from 'vitest';
import { keepsTheGate } from '../support/gateway-guarantees.js';
import { GATEWAYS } from '../support/gateway-programs.js';

describe('Envoy in front of a file server, by the documented recipe', () => {
  keepsTheGate(GATEWAYS.envoy, { asciiAlone: true });
});
