// SPDX-License-Identifier: Apache-2.0

package history

// Kind says what went wrong, in words that are the same for every provider. The constants below are errors themselves,
// so that errors.Is(err, history.ErrThrottled) works on everything that this module returns.
//
// A Kind prints as the error that it is ("history: throttled"); its bare word, for a metric's label, is string(kind).
//
// The zero Kind, "", is that of an error which the caller's own context caused.
type Kind string

// The kinds of errors. New ones may be added: treat a kind that you do not know like ErrUnavailable without a retry.
const (
	// ErrNotFound is matched by both not-founds below; no error has it as its own kind unless the provider did not say
	// what it was that it did not find.
	ErrNotFound Kind = "not found"
	// ErrWorkflowNotFound: there is no workflow (flow) of that name in that scope.
	ErrWorkflowNotFound Kind = "workflow not found"
	// ErrExecutionNotFound: the workflow may exist, the execution does not.
	ErrExecutionNotFound Kind = "execution not found"
	// ErrInvalid: the call cannot succeed as it is written: a malformed name, an option out of range, half a credential.
	ErrInvalid Kind = "invalid argument"
	// ErrUnauthenticated: the provider did not accept the credential.
	ErrUnauthenticated Kind = "unauthenticated"
	// ErrPermission: the credential is good but may not do this.
	ErrPermission Kind = "permission denied"
	// ErrThrottled: too many requests. It was retried before it was returned.
	ErrThrottled Kind = "throttled"
	// ErrUnavailable: the provider or the way to it failed: a 5xx, a connection, a time-out of one attempt, a body that
	// broke off. It was retried before it was returned.
	ErrUnavailable Kind = "unavailable"
	// ErrClockSkew: the provider refused the request because this machine's clock is too far from its own.
	ErrClockSkew Kind = "clock skew"
	// ErrTooLarge: the answer is larger than Options.MaxResponseBytes, or the request is larger than the provider takes.
	ErrTooLarge Kind = "too large"
	// ErrDecode: the provider answered, but not with what its documents say.
	ErrDecode Kind = "unreadable answer"
	// ErrCursor: the cursor is damaged, belongs to another query, or its place is no longer there; or a walk over pages
	// went round in circles.
	ErrCursor Kind = "bad cursor"
	// ErrUnknown: a source outside this module failed and did not say how; or a Limiter or credential of the caller's own.
	ErrUnknown Kind = "unknown"
)

// Error makes a Kind an error that errors.Is can look for.
func (k Kind) Error() string {
	if k == "" {
		return "history: unclassified"
	}
	return "history: " + string(k)
}

// Is reports whether an error of kind k counts as target: itself, or the umbrella ErrNotFound.
func (k Kind) Is(target error) bool {
	t, ok := target.(Kind)
	return ok && (t == k || t == ErrNotFound && (k == ErrWorkflowNotFound || k == ErrExecutionNotFound))
}

// Retryable reports whether the same call may succeed later without anything being changed.
func (k Kind) Retryable() bool { return k == ErrThrottled || k == ErrUnavailable }

// HTTPStatus is the status with which a service that wraps this module can pass the error on. What is the service's own
// affair towards the provider (its credential, its clock) is a 502 and not a 401, which would send the service's caller
// to a login page. The zero Kind is 499, the customary "client closed the request"; unknown kinds are 500.
//
// A Kind does not know whose deadline it was that passed. A service that sets one of its own asks
// errors.Is(err, context.DeadlineExceeded) first and answers 504.
func (k Kind) HTTPStatus() int {
	switch k {
	case "":
		return 499
	case ErrInvalid, ErrCursor:
		return 400
	case ErrPermission:
		return 403
	case ErrNotFound, ErrWorkflowNotFound, ErrExecutionNotFound:
		return 404
	case ErrThrottled:
		return 429
	case ErrUnauthenticated, ErrClockSkew, ErrTooLarge, ErrDecode:
		return 502
	case ErrUnavailable:
		return 503
	default:
		return 500
	}
}
