// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "os"

// DocumentedError is a code that the service or the gateway in front of it can
// answer with.
type DocumentedError struct {
	Code    string // as the service writes it
	Status  int    // the HTTP status it comes with
	Message string // the text, with %s where the service fills something in
}

// DocumentedErrors returns the documented codes, those of GetExecutionHistory
// first. A Fault with one of them needs no Status and no Message.
//
// Model: where only the meaning of a gateway's code is documented, the text is ours.
func DocumentedErrors() []DocumentedError {
	var list []DocumentedError
	for _, e := range errorTable() {
		text := os.Expand(e.text, func(string) string { return "%s" })
		list = append(list, DocumentedError{e.code, e.status, text})
	}
	return list
}

// errorText is a code whose text has blanks like ${FlowName}.
type errorText struct {
	code   string
	status int
	text   string
}

func errorTable() []errorText {
	return []errorText{
		// The error codes of the document of GetExecutionHistory.
		{"EntityTooLarge", 400, "The payload size exceeds maximum allowed size (${MaxBytes} bytes)."},
		{"InvalidArgument", 400, "Parameter error."},
		{"MissingRequiredHeader", 400, "The HTTP header '${Header}' must be specified."},
		{"MissingRequiredParams", 400, "The HTTP query '${Query}' must be specified."},
		{"InternalServerError", 500, "An internal error has occurred. Please retry."},
		{"InvalidAccessKeyID", 403, "The AccessKey ID ${AccessKeyId} is invalid."},
		{"RequestTimeTooSkewed", 403, "The difference between the request time ${Timestamp} and the current time ${Now} is too large."},
		{"SignatureNotMatch", 403, "The request signature we calculated does not match the signature you provided. Check your access key and signing method."},
		{"ExecutionNotExists", 404, "Execution ${ExecutionName} for flow ${FlowName} does not exist."},
		{"FlowNotExists", 404, "Flow ${FlowName} does not exist."},
		{"UnsupportedMediaType", 415, `The content type must be "application/json".`},

		// What other documents of the service add.
		{"ActionNotSupported", 400, "The requested API operation '${Action}' is incorrect. Please check."},
		{"APIVersionNotSupported", 400, "The requested API version '${Version}' is not supported yet. Please check."},
		{"ExecutionAlreadyExists", 400, "Execution ${ExecutionName} for flow ${FlowName} already exists."},
		{"ExecutionAlreadyCompleted", 400, "Execution '${ExecutionName}' for flow '${FlowName}' has already completed."},
		{"TaskAlreadyCompleted", 400, "Task ${TaskToken} has already completed."},
		{"AccessDenied", 403, "The resources doesn't belong to you."},
		{"ScheduleNotExists", 404, "The schedule ${ScheduleName} for flow ${FlowName} does not exist."},
		{"FlowAlreadyExists", 409, "Flow ${FlowName} already exists."},
		{"ConcurrentUpdateError", 409, "Update conflict, please retry."},
		{"TaskInvalidState", 409, "Task is in an invalid state, please retry."},
		{"PreconditionFailed", 412, "The resource to be modified has been changed."},
		{"ResourceThrottled", 429, "The request is throttled. Please try again later."},

		// The gateway's.
		{"Throttling", 400, "Request was denied due to request throttling."},
		{"Throttling.User", 400, "Request was denied due to user flow control."},
		{"Throttling.Api", 400, "Request was denied due to api flow control."},
		{"ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."},
		{"InternalError", 500, "The request processing has failed due to some unknown error."},
		{"SignatureNonceUsed", 400, "Specified signature nonce was used already."},
		// The real one prints its string to sign too, with the key id and the token in it.
		{"SignatureDoesNotMatch", 400, "Specified signature is not matched with our calculation. server string to sign is:${StringToSign}"},
		{"IncompleteSignature", 400, "The request signature does not conform to the standards."},
		{"InvalidSignatureMethod", 400, "Specified signature method is not supported."},
		{"InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted."},
		{"InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."},
		{"IllegalTimestamp", 400, "The timestamp '${Timestamp}' is illegal."},
		{"InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."},
		{"InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."},
		{"InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."},
		{"InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed."},
		{"InvalidSecurityToken.MismatchWithAccessKey", 400, "Specified SecurityToken mismatches with the access key."},
		{"Forbidden.RAM", 403, "User not authorized to operate on the specified resource, or this API does not support RAM."},
		{"Forbidden.RiskControl", 403, "This operation is forbidden by the risk control system."},
		{"Forbidden.UserVerification", 403, "Your account has not passed the verification of its owner."},
		{"NoPermission", 403, "You are not authorized to do this action."},
		{"MissingParameter", 400, "An input parameter that is mandatory for this request is not supplied."},
		{"InvalidParameter", 400, "An input parameter of this request is not valid."},
		{"InvalidParameter.Format", 400, "An input parameter of this request is not well formatted."},
		{"InvalidApi.NotFound", 404, "Specified api is not found, please check your url and method."},
		{"InvalidProduct.NotFound", 404, "Cannot find product according to your specified domain."},
		{"InvalidProtocol.NeedSsl", 400, "Your request is denied as lack of ssl protect."},
		{"UnsupportedHTTPMethod", 400, "This http method is not supported."},
	}
}
