import type { Refusals } from './refusals.js';

export const REFUSALS_EN: Refusals = {
  REVOKED: {
    title: 'The key was revoked',
    text: () => 'The key is revoked.',
    remedy: 'Make a new key and put it in the place of this one.',
  },
  DISABLED: {
    title: 'The key was switched off',
    text: () => 'The key is switched off.',
    remedy: 'Switch it on again, on its page or in the list of your keys.',
  },
  EXPIRED: {
    title: 'The key had ended',
    text: () => 'The key has ended.',
    remedy: 'Give it a later end, or make a new one.',
  },
  OWNER_DISABLED: {
    title: 'Your account was disabled',
    text: () => 'Your account is disabled.',
    remedy: 'Ask your account administrator.',
  },
  RIGHTS_TOO_OLD: {
    title: 'Your rights could not be confirmed for too long',
    text: () => 'Your rights could not be confirmed for too long.',
    remedy:
      'It passes again by itself once the identity provider can be reached. Tell the operator if it lasts.',
  },
  URL_NOT_ALLOWED: {
    title: 'The key stood in a URL',
    text: () => 'The key stood in the URL, which it may not.',
    remedy: 'Send it in a header, or allow it in URLs if the tool can do nothing else.',
  },
  CONTEXT_REQUIRED: {
    title: 'The request lacked information that a limit needs',
    text: () => 'The key has a limit that the service told us nothing about.',
    remedy:
      'Take the limit away, or ask the operator to have the gateway pass on the address, page or method that it looks at.',
  },
  IP_NOT_ALLOWED: {
    title: 'It came from another network',
    text: () => 'The request came from a network that is not among those of the key.',
    remedy: 'Add the network to the limits of this key, if it is yours.',
  },
  REFERER_NOT_ALLOWED: {
    title: 'Another page used it',
    text: () => 'The request came from a page that is not among those of the key, or from no page.',
    remedy: 'Add the host of the page to the limits of this key, if it is yours.',
  },
  METHOD_NOT_ALLOWED: {
    title: 'The method is not allowed',
    text: () => 'The key does not allow the method of the request.',
    remedy: 'Allow the method in the limits of this key, if the tool needs it.',
  },
  AUDIENCE_NOT_ALLOWED: {
    title: 'It is not for this service',
    text: (service) =>
      service
        ? `The key is not for the service ${service}.`
        : 'The key is for certain services, and this one did not say which it is.',
    remedy:
      'Make a key for this service, or have its gateway name the right one: a key can only be narrowed to fewer services.',
  },
  INSUFFICIENT_RIGHTS: {
    title: 'The service asks for more than the key may',
    text: (_, requirement) =>
      requirement
        ? `The service asks for ${requirement}, which the key does not have.`
        : 'The service asks for a role or scope that the key does not have.',
    remedy: 'Make a key that has it; if it is not among your roles, ask for it.',
  },
  RATE_LIMITED: {
    title: 'It was used more often than it may be',
    text: () => 'The key was used more often than it may be.',
    remedy: 'Wait until the period is over, slow the tool down, or raise the rate of this key.',
  },
  REFUSED: {
    title: 'It was refused',
    text: () => 'The key was not accepted.',
    remedy: 'The reason was not kept.',
  },
};
