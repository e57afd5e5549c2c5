// SPDX-License-Identifier: Apache-2.0

package huaweitest

// DocumentedError is a code that the service, its gateway or IAM can answer with.
type DocumentedError struct {
	Code    string // as the service writes it
	Status  int    // the HTTP status it comes with; some codes come with several
	Message string // the text of the document's example
}

// DocumentedErrors returns the documented codes, those of ListWorkflowExecutions
// first. A Fault with one of them needs no Status and no Message.
//
// Model: where only the meaning of a code is documented, the text is ours.
func DocumentedErrors() []DocumentedError {
	return []DocumentedError{
		{"AOM.31009004", 401, "auth failed."},
		{"AOM.31001405", 500, "execution internal server error."},

		{"AOM.31009003", 401, "auth failed."},
		{"AOM.31002005", 500, "script internal server error."},
		{"AOM.0403", 403, "auth failed."},
		{"AOM.0403", 401, "auth failed."},
		{"AOM.02021003", 400, "input alarm rule or description is invalid"},
		{"AOM.02021500", 500, "SC_INTERNAL_SERVER_ERROR"},
		{"AOM.30001005", 403, "no permission"},
		{"SVCSTG.AMS.2000051", 401, "auth failed."},
		{"SVCSTG_AMS_4000001", 400, "Invalid request parameter."},

		{"APIGW.0101", 404, "The API does not exist or has not been published in the environment"},
		{"APIGW.0103", 404, "The backend does not exist"},
		{"APIGW.0104", 400, "The plug-in configuration does not exist"},
		{"APIGW.0105", 400, "The backend configuration does not exist"},
		{"APIGW.0106", 400, "Orchestration error"},
		{"APIGW.0201", 400, "Bad request"},
		{"APIGW.0201", 413, "Request entity too large"},
		{"APIGW.0201", 414, "Request URI too large"},
		{"APIGW.0201", 494, "Request headers too large"},
		{"APIGW.0201", 502, "Backend unavailable"},
		{"APIGW.0201", 504, "Backend timeout"},
		{"APIGW.0301", 401, "Incorrect IAM authentication information: decrypt token fail"},
		{"APIGW.0302", 403, "The IAM user is not authorized to access the API"},
		{"APIGW.0303", 401, "Incorrect app authentication information"},
		{"APIGW.0304", 403, "The app is not authorized to access the API"},
		{"APIGW.0305", 401, "Incorrect authentication information"},
		{"APIGW.0306", 403, "API access denied"},
		{"APIGW.0307", 401, "The token must be updated"},
		{"APIGW.0308", 429, "The throttling threshold has been reached: policy api over ratelimit,limit:200,time:1 second"},
		{"APIGW.0310", 403, "The project is unavailable"},
		{"APIGW.0311", 401, "Incorrect debugging authentication information"},
		{"APIGW.0401", 403, "Unknown client IP address"},
		{"APIGW.0402", 403, "The IP address is not authorized to access the API"},
		{"APIGW.0404", 403, "Access to the backend IP address has been denied"},
		{"APIGW.0501", 405, "The app quota has been used up"},
		{"APIGW.0502", 405, "The app has been frozen"},
		{"APIGW.0601", 500, "Internal server error"},
		{"APIGW.0602", 400, "Bad request"},
		{"APIGW.0605", 500, "Domain name resolution failed"},
		{"APIGW.0606", 500, "Failed to load the API configuration"},
		{"APIGW.0607", 400, "The protocol is not supported"},
		{"APIGW.0608", 500, "Failed to obtain the admin token"},
		{"APIGW.0609", 500, "The VPC backend does not exist"},
		{"APIGW.0610", 502, "No backend available"},
		{"APIGW.0611", 500, "The backend port does not exist"},
		{"APIGW.0612", 500, "An API cannot call itself"},
		{"APIGW.0613", 503, "The IAM service is currently unavailable"},
		{"APIGW.0705", 500, "Backend signature calculation failed"},
		{"APIGW.0801", 403, "The service is unavailable in this region"},
		{"APIGW.0802", 403, "The IAM user is forbidden in this region"},

		{"IAM.0001", 401, "The request you have made requires authentication."},
		{"IAM.0002", 403, "You are not authorized to perform the requested action."},
		{"IAM.0003", 403, "Policy doesn't allow cms:execution:get to be performed."},
		{"IAM.0004", 404, "Could not find the resource."},
		{"IAM.0005", 409, "Conflict occurred."},
		{"IAM.0006", 500, "An unexpected error prevented the server from fulfilling your request."},
		{"IAM.0012", 429, "The throttling threshold has been reached. Threshold: 200 times per 1 seconds"},
		{"IAM.0061", 401, "Account locked."},
		{"IAM.0062", 401, "Incorrect password."},
		{"IAM.0063", 401, "Access token authentication failed."},
		{"IAM.0064", 401, "The access token does not have permissions for the request."},
		{"IAM.0066", 401, "The token has expired."},
		{"IAM.0067", 401, "Invalid token."},
		{"IAM.0080", 403, "The user and the access key have been disabled."},
		{"IAM.0081", 403, "The user may access the console only."},
		{"IAM.0082", 403, "The user has been disabled."},
		{"IAM.0083", 403, "You do not have permission to access the private region."},
	}
}
