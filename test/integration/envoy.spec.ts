import { describe } from 'vitest';
import { keepsTheGate } from '../support/gateway-guarantees.js';

describe('Envoy in front of a file server, by the documented recipe', () => {
  keepsTheGate('envoy', { asciiAlone: true });
});
