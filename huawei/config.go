// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/credential"
	"github.com/flowhistory/flowhistory/internal/endpoint"
	"github.com/flowhistory/flowhistory/internal/mask"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// Config says which project and region to read, and how to get in. Printing it, in whatever format, masks its secrets.
// (Package fmt asks no unexported field how it wants to be printed: a struct that keeps a Config in one must mask itself.)
type Config struct {
	// Region is the region's id, e.g. "cn-north-4". Required. Without an Endpoint it must be one of the official SDK's
	// list, and the host is aom.<region>.myhuaweicloud.com.
	Region string
	// Endpoint overrides the host. https is assumed; http:// is for loopback addresses only unless PlainHTTP is set.
	Endpoint string
	// PlainHTTP allows an http:// Endpoint that is not loopback. Tokens and signatures then travel in the clear.
	PlainHTTP bool
	// Scope is the Ref.Scope of everything that is read. "" = Region/ProjectID.
	Scope string
	// ProjectID is the project's id from IAM, 1 to 64 characters, usually 32. Required; a Credential of the SDK's own
	// type may bring it instead.
	ProjectID string
	// EnterpriseProjectID is sent as x_enterprise_project_id with ListWorkflowExecutions and as enterprise_project_id with
	// ListWorkflow. "" = not sent.
	EnterpriseProjectID string

	// AccessKeyID and SecretAccessKey are a fixed key; with SecurityToken they are a temporary one. Requests are signed
	// with SDK-HMAC-SHA256. White space around one of them or around Token, such as the line end of the file that it was
	// read from, is ErrInvalid and not trimmed.
	AccessKeyID, SecretAccessKey, SecurityToken string
	// Token is an IAM token of the project, sent as X-Auth-Token in place of a signature. It lives for 24 hours.
	Token string
	// Credentials is asked before each attempt, for keys and tokens that change. It should cache what it returns; it may
	// be called concurrently. An error it returns ends the call as ErrUnauthenticated.
	Credentials func(context.Context) (Credentials, error)
	// Credential is a credential of the official SDK to bring along. It is used under a lock, and may do I/O of its own.
	Credential auth.ICredential
}

// Format masks the secrets, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { mask.Format(f, "huawei.Config", c.fields()) }

// MarshalJSON masks the secrets.
func (c Config) MarshalJSON() ([]byte, error) { return mask.JSON(c.fields()) }

// LogValue masks the secrets.
func (c Config) LogValue() slog.Value { return mask.Log(c.fields()) }

func (c Config) fields() []mask.Field {
	return []mask.Field{
		{Name: "Region", Value: c.Region},
		{Name: "Endpoint", Value: c.Endpoint, Secret: !endpoint.Presentable(c.Endpoint)},
		{Name: "PlainHTTP", Value: c.PlainHTTP},
		{Name: "Scope", Value: c.Scope},
		{Name: "ProjectID", Value: c.ProjectID},
		{Name: "EnterpriseProjectID", Value: c.EnterpriseProjectID},
		{Name: "AccessKeyID", Value: c.AccessKeyID, Secret: true},
		{Name: "SecretAccessKey", Value: c.SecretAccessKey, Secret: true},
		{Name: "SecurityToken", Value: c.SecurityToken, Secret: true},
		{Name: "Token", Value: c.Token, Secret: true},
		{Name: "Credentials", Value: c.Credentials},
		{Name: "Credential", Value: c.Credential},
	}
}

// settle checks the configuration, fills its defaults and finds the host.
func (c Config) settle() (Config, endpoint.Endpoint, error) {
	if !endpoint.ValidRegion(c.Region) {
		return c, endpoint.Endpoint{}, configError("Region is %q; set it to the id of the region, e.g. \"cn-north-4\"", wire.Clip(c.Region))
	}
	c, err := c.withCredentials()
	if err != nil {
		return c, endpoint.Endpoint{}, err
	}
	if err := c.checkProjects(); err != nil {
		return c, endpoint.Endpoint{}, err
	}
	c.Scope = cmp.Or(c.Scope, c.Region+"/"+c.ProjectID)
	if c.Endpoint == "" && !listed(c.Region) {
		return c, endpoint.Endpoint{}, configError("the region %q is not in the SDK's list for AOM (cn-north-4, cn-east-3, cn-south-1, …); "+
			"use one of those, or set Endpoint to the region's host", wire.Clip(c.Region))
	}
	host, err := endpoint.Parse(cmp.Or(c.Endpoint, "aom."+c.Region+".myhuaweicloud.com"), c.PlainHTTP)
	if err != nil {
		return c, endpoint.Endpoint{}, configError("Endpoint: %v", err)
	}
	return c, host, nil
}

func (c Config) checkProjects() error {
	if c.ProjectID == "" {
		return configError("ProjectID is missing; set it to the project's id from IAM. The variable %s is read only when the Config has no credential", envProjectID)
	}
	if flaw := cmp.Or(credential.Flaw("ProjectID", c.ProjectID), credential.Flaw("EnterpriseProjectID", c.EnterpriseProjectID)); flaw != "" {
		return configError("%s", flaw)
	}
	if why := idProblem(c.ProjectID); why != "" {
		return configError("ProjectID %s", why)
	}
	if why := idProblem(c.EnterpriseProjectID); c.EnterpriseProjectID != "" && why != "" {
		return configError("EnterpriseProjectID %s", why)
	}
	return nil
}

func configError(format string, args ...any) error {
	return &history.Error{Provider: provider, Op: "New", Kind: history.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
