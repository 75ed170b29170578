import { itProvesTheTrail } from '../support/audit-guarantees.js';

itProvesTheTrail();
