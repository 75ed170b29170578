/** What a person reads whom a failure meets in a browser; programs are answered the same sentences in English. */
export const en = {
  titles: {
    NOT_AUTHENTICATED: 'You are not logged in',
    OWNER_DISABLED: 'Your account is disabled',
    LOGIN_REFUSED: 'The login did not work',
    IDENTITY_PROVIDER_UNAVAILABLE: 'Login is unavailable at the moment',
    IDENTITY_PROVIDER_MISCONFIGURED: 'The login is not set up correctly',
  },
  titlesByStatus: {
    401: 'You have to log in',
    403: 'This is not allowed',
    404: 'There is no such page',
    429: 'Too many requests',
    503: 'Not available at the moment',
    500: 'Something went wrong here',
  },
  otherTitle: 'That did not work',

  /** Instead of what programs are answered, which says too little to a person. */
  sentences: {
    NOT_AUTHENTICATED: 'To see this page, log in first.',
    OWNER_DISABLED: 'Your account is disabled in the identity provider. Ask your account administrator.',
    NOT_FOUND: 'The address may be old or mistyped.',
    INTERNAL: 'This is not your fault. Try again, and tell the operator if it keeps happening.',
    METHOD_NOT_ALLOWED: 'This address cannot be opened directly. Start at the home page.',
  },

  login: {
    answerRefused: 'The answer of the identity provider was not accepted. Start the login again.',
    answerUnfit:
      'This service can’t use the answer of the identity provider, and trying again does not help. Tell the operator: the log says why.',
    notPending: 'This login has expired or was started in another browser. Start it again.',
    clocksDiffer:
      'The clocks of this service and of the identity provider differ. Tell the operator of this service.',
    refused: (told: string) =>
      `The identity provider did not log you in${told && `: ${told}`}. Start the login again.`,
    refusedRequest: (told: string) =>
      `The identity provider rejects the login of this service: ${told}. Trying again does not help. Tell the operator of this service.`,
    away: 'The identity provider could not be reached. Try again in a moment.',
    misconfigured:
      'The login is not set up correctly here, and trying again does not help. Tell the operator: the log says what to fix.',
    rightsUnread: 'Your rights could not be read from the identity provider. Try again in a moment.',
    rightsHidden:
      'Your rights could not be read, since the identity provider does not let this service read them. Tell the operator.',
  },
  foreignChange:
    'Changes with the session cookie are accepted only from this service’s own pages. From a program, send an access token: Authorization: Bearer …',
  foreignLogout: 'Log out from this service’s own pages.',
  adminOnly: (role: string) => `This needs the role ${role} in the identity provider.`,
  tooOften: (limit: number, seconds: number, wait: number) =>
    `Too many requests: at most ${limit} in ${seconds} s. Try again in ${wait} s.`,
  databaseReadOnly: 'The database accepts no changes at the moment. Try again later; keys keep working.',
  databaseAway: 'The database does not answer at the moment. Try again in a moment.',
  notBuilt: 'The pages are not built: run npm run build.',

  links: { home: 'To the home page', logIn: 'Log in', logOut: 'Log out', tryAgain: 'Try again' },
  forOperator: (requestId: string, code: string) => `For the operator: request ${requestId}, ${code}`,
};

/** All that a language has to say; one that leaves a sentence out doesn't compile. */
export type FailureTexts = typeof en;

/** A sentence, picked from the texts of whichever language it is read in. */
export type Said = (texts: FailureTexts) => string;
