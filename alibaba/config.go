// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/endpoint"
	"github.com/flowhistory/flowhistory/internal/mask"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// Config says which account and region to read, and how to get in. Printing it, in whatever format, masks its secrets.
// (Package fmt asks no unexported field how it wants to be printed: a struct that keeps a Config in one must mask itself.)
type Config struct {
	// Region is the region's id, e.g. "cn-hangzhou". Required. Any well-formed one will do: the host is
	// <region>.fnf.aliyuncs.com by the service's own rule, not by the four entries of the SDK's map.
	Region string
	// Endpoint overrides the host. https is assumed; http:// is for loopback addresses only unless PlainHTTP is set.
	Endpoint string
	// Internal uses the host of the region's private network, <region>-internal.fnf.aliyuncs.com.
	Internal bool
	// PlainHTTP allows an http:// Endpoint that is not loopback. Keys and signatures then travel in the clear.
	PlainHTTP bool
	// Scope is the Ref.Scope of everything that is read. "" = Region. Set it to tell accounts in one region apart.
	Scope string

	// AccessKeyID and AccessKeySecret are a fixed key; with SecurityToken they are one that STS made for a while. White
	// space around one of them, such as the line end of the file that it was read from, is ErrInvalid and not trimmed.
	AccessKeyID, AccessKeySecret, SecurityToken string
	// Credentials is asked before each attempt, for keys that change: STS keys live for an hour. It should cache what it
	// returns; it may be called concurrently. An error it returns ends the call as ErrUnauthenticated.
	Credentials func(context.Context) (Credentials, error)
	// Client is an official client to bring along: its credentials and region sign the requests, and its Domain is the
	// host if Endpoint is empty. It is used under a lock and never sends anything itself.
	Client *fnf.Client
}

// Format masks the secrets, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { mask.Format(f, "alibaba.Config", c.fields()) }

// MarshalJSON masks the secrets.
func (c Config) MarshalJSON() ([]byte, error) { return mask.JSON(c.fields()) }

// LogValue masks the secrets.
func (c Config) LogValue() slog.Value { return mask.Log(c.fields()) }

func (c Config) fields() []mask.Field {
	return []mask.Field{
		{Name: "Region", Value: c.Region},
		{Name: "Endpoint", Value: c.Endpoint, Secret: !endpoint.Presentable(c.Endpoint)},
		{Name: "Internal", Value: c.Internal},
		{Name: "PlainHTTP", Value: c.PlainHTTP},
		{Name: "Scope", Value: c.Scope},
		{Name: "AccessKeyID", Value: c.AccessKeyID, Secret: true},
		{Name: "AccessKeySecret", Value: c.AccessKeySecret, Secret: true},
		{Name: "SecurityToken", Value: c.SecurityToken, Secret: true},
		{Name: "Credentials", Value: c.Credentials},
		{Name: "Client", Value: c.Client},
	}
}

// settle checks the configuration, fills its defaults and finds the host.
func (c Config) settle() (Config, endpoint.Endpoint, error) {
	if !endpoint.ValidRegion(c.Region) {
		return c, endpoint.Endpoint{}, configError("Region is %q; set it to the id of the region, e.g. \"cn-hangzhou\"", wire.Clip(c.Region))
	}
	c.Scope = cmp.Or(c.Scope, c.Region)
	c, err := c.withCredentials()
	if err != nil {
		return c, endpoint.Endpoint{}, err
	}
	host, err := endpoint.Parse(c.host(), c.PlainHTTP)
	if err != nil {
		return c, endpoint.Endpoint{}, configError("Endpoint: %v", err)
	}
	return c, host, nil
}

func (c Config) host() string {
	switch {
	case c.Endpoint != "":
		return c.Endpoint
	case c.Client != nil && c.Client.Domain != "":
		return c.Client.Domain
	case c.Internal:
		return c.Region + "-internal.fnf.aliyuncs.com"
	default:
		return c.Region + ".fnf.aliyuncs.com"
	}
}

func configError(format string, args ...any) error {
	return &history.Error{Provider: provider, Op: "New", Kind: history.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
