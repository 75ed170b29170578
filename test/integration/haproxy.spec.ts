import { describe } from 'vitest';
import { keepsTheGate } from '../support/gateway-guarantees.js';

describe('HAProxy in front of a file server, by the documented recipe', () => {
  keepsTheGate('haproxy', { asciiAlone: true });
});
