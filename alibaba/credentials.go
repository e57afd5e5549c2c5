// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/flowhistory/flowhistory/internal/credential"
	"github.com/flowhistory/flowhistory/internal/mask"
)

// The variables that Alibaba's own tools read, for a Config without any credential.
const (
	envAccessKeyID     = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	envAccessKeySecret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"
	envSecurityToken   = "ALIBABA_CLOUD_SECURITY_TOKEN"
)

// Credentials is what a Config.Credentials function returns: a key, and the token if STS made it. Each part must be as it
// was issued: one with white space around it or a control character in it ends the call as ErrUnauthenticated before
// anything is sent. Printing it, in whatever format, masks it.
type Credentials struct {
	// A key is its id and its secret; SecurityToken is "" for one that does not expire.
	AccessKeyID, AccessKeySecret, SecurityToken string
}

// Format masks the secrets, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { mask.Format(f, "alibaba.Credentials", c.fields()) }

// MarshalJSON masks the secrets.
func (c Credentials) MarshalJSON() ([]byte, error) { return mask.JSON(c.fields()) }

// LogValue masks the secrets.
func (c Credentials) LogValue() slog.Value { return mask.Log(c.fields()) }

func (c Credentials) fields() []mask.Field {
	return []mask.Field{
		{Name: "AccessKeyID", Value: c.AccessKeyID, Secret: true},
		{Name: "AccessKeySecret", Value: c.AccessKeySecret, Secret: true},
		{Name: "SecurityToken", Value: c.SecurityToken, Secret: true},
	}
}

// missing names the part without which the others are useless, "" if the credentials are whole.
func (c Credentials) missing() string {
	switch {
	case c.AccessKeyID == "":
		return "AccessKeyID"
	case c.AccessKeySecret == "":
		return "AccessKeySecret"
	}
	return ""
}

// flaw says which part cannot be what was issued, and why, "" if none; names are what the user calls the parts.
func (c Credentials) flaw(names Credentials) string {
	return cmp.Or(
		credential.Flaw(names.AccessKeyID, c.AccessKeyID),
		credential.Flaw(names.AccessKeySecret, c.AccessKeySecret),
		credential.Flaw(names.SecurityToken, c.SecurityToken),
	)
}

// fieldNames are the names of the parts in a Config and in Credentials.
func fieldNames() Credentials {
	return Credentials{AccessKeyID: "AccessKeyID", AccessKeySecret: "AccessKeySecret", SecurityToken: "SecurityToken"}
}

// withCredentials makes sure that there is exactly one way to get credentials, and that it is Credentials or Client.
func (c Config) withCredentials() (Config, error) {
	key := Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}
	ways := 0
	for _, set := range []bool{key != Credentials{}, c.Credentials != nil, c.Client != nil} {
		if set {
			ways++
		}
	}
	switch {
	case ways > 1:
		return c, configError("more than one of AccessKeyID, Credentials and Client is set; set one")
	case ways == 0:
		return c.fromEnvironment()
	case c.Client != nil, c.Credentials != nil:
		return c, nil
	default:
		return c.withFixed(key, fieldNames())
	}
}

// withFixed makes a fixed credential a Credentials function; names are what the user calls its parts.
func (c Config) withFixed(fixed, names Credentials) (Config, error) {
	missing := ""
	switch fixed.missing() {
	case "AccessKeyID":
		missing = names.AccessKeyID
	case "AccessKeySecret":
		missing = names.AccessKeySecret
	}
	if missing != "" {
		return c, configError("%s is missing, the rest of the credential is there; set both %s and %s", missing, names.AccessKeyID, names.AccessKeySecret)
	}
	if flaw := fixed.flaw(names); flaw != "" {
		return c, configError("%s", flaw)
	}
	c.Credentials = func(context.Context) (Credentials, error) { return fixed, nil }
	return c, nil
}

func (c Config) fromEnvironment() (Config, error) {
	fixed := Credentials{AccessKeyID: os.Getenv(envAccessKeyID), AccessKeySecret: os.Getenv(envAccessKeySecret), SecurityToken: os.Getenv(envSecurityToken)}
	if fixed == (Credentials{}) {
		return c, configError("there are no credentials; set AccessKeyID and AccessKeySecret, or Credentials, or Client, or the variables %s and %s",
			envAccessKeyID, envAccessKeySecret)
	}
	return c.withFixed(fixed, Credentials{AccessKeyID: envAccessKeyID, AccessKeySecret: envAccessKeySecret, SecurityToken: envSecurityToken})
}
