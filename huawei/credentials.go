// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/flowhistory/flowhistory/internal/credential"
	"github.com/flowhistory/flowhistory/internal/mask"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The variables that Huawei's own tools read, for a Config without any credential. The last two are those of the
// document's sample code.
const (
	envAccessKeyID     = "HUAWEICLOUD_SDK_AK"
	envSecretAccessKey = "HUAWEICLOUD_SDK_SK"
	envSecurityToken   = "HUAWEICLOUD_SDK_SECURITY_TOKEN"
	envProjectID       = "HUAWEICLOUD_SDK_PROJECT_ID"

	envSampleAccessKeyID     = "CLOUD_SDK_AK"
	envSampleSecretAccessKey = "CLOUD_SDK_SK"
)

// Credentials is what a Config.Credentials function returns: a key, with the token if it is a temporary one, or an IAM
// token and no key. Each part must be as it was issued: one with white space around it or a control character in it ends
// the call as ErrUnauthenticated before anything is sent. Printing it, in whatever format, masks it.
type Credentials struct {
	// A key is its id and its secret; SecurityToken is "" for one that does not expire.
	AccessKeyID, SecretAccessKey, SecurityToken string
	// Token is an IAM token, sent as X-Auth-Token in place of a key's signature.
	Token string
}

// Format masks the secrets, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { mask.Format(f, "huawei.Credentials", c.fields()) }

// MarshalJSON masks the secrets.
func (c Credentials) MarshalJSON() ([]byte, error) { return mask.JSON(c.fields()) }

// LogValue masks the secrets.
func (c Credentials) LogValue() slog.Value { return mask.Log(c.fields()) }

func (c Credentials) fields() []mask.Field {
	return []mask.Field{
		{Name: "AccessKeyID", Value: c.AccessKeyID, Secret: true},
		{Name: "SecretAccessKey", Value: c.SecretAccessKey, Secret: true},
		{Name: "SecurityToken", Value: c.SecurityToken, Secret: true},
		{Name: "Token", Value: c.Token, Secret: true},
	}
}

func (c Credentials) secrets() []string {
	return []string{c.AccessKeyID, c.SecretAccessKey, c.SecurityToken, c.Token}
}

// missing names the part without which the others are useless, "" if the credentials are whole.
func (c Credentials) missing() string {
	switch {
	case c.Token != "":
		return ""
	case c.AccessKeyID == "":
		return "AccessKeyID"
	case c.SecretAccessKey == "":
		return "SecretAccessKey"
	}
	return ""
}

// flaw says which part cannot be what was issued, and why, "" if none; names are what the user calls the parts.
func (c Credentials) flaw(names Credentials) string {
	return cmp.Or(
		credential.Flaw(names.AccessKeyID, c.AccessKeyID),
		credential.Flaw(names.SecretAccessKey, c.SecretAccessKey),
		credential.Flaw(names.SecurityToken, c.SecurityToken),
		credential.Flaw(names.Token, c.Token),
	)
}

// fieldNames are the names of the parts in a Config and in Credentials.
func fieldNames() Credentials {
	return Credentials{AccessKeyID: "AccessKeyID", SecretAccessKey: "SecretAccessKey", SecurityToken: "SecurityToken", Token: "Token"}
}

// withCredentials makes sure that there is exactly one way to get credentials, and that it is Credentials or Credential.
func (c Config) withCredentials() (Config, error) {
	key := Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SecurityToken: c.SecurityToken}
	ways := 0
	for _, set := range []bool{key != Credentials{}, c.Token != "", c.Credentials != nil, c.Credential != nil} {
		if set {
			ways++
		}
	}
	switch {
	case ways > 1:
		return c, configError("more than one of AccessKeyID, Token, Credentials and Credential is set; set one")
	case ways == 0:
		return c.fromEnvironment()
	case c.Credential != nil:
		return c.withBrought()
	case c.Credentials != nil:
		return c, nil
	case c.Token != "":
		return c.withFixed(Credentials{Token: c.Token}, fieldNames())
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
	case "SecretAccessKey":
		missing = names.SecretAccessKey
	}
	if missing != "" {
		return c, configError("%s is missing, the rest of the credential is there; set both %s and %s", missing, names.AccessKeyID, names.SecretAccessKey)
	}
	if flaw := fixed.flaw(names); flaw != "" {
		return c, configError("%s", flaw)
	}
	c.Credentials = func(context.Context) (Credentials, error) { return fixed, nil }
	return c, nil
}

func (c Config) fromEnvironment() (Config, error) {
	fixed := Credentials{AccessKeyID: os.Getenv(envAccessKeyID), SecretAccessKey: os.Getenv(envSecretAccessKey), SecurityToken: os.Getenv(envSecurityToken)}
	names := Credentials{AccessKeyID: envAccessKeyID, SecretAccessKey: envSecretAccessKey, SecurityToken: envSecurityToken}
	if fixed == (Credentials{}) {
		fixed = Credentials{AccessKeyID: os.Getenv(envSampleAccessKeyID), SecretAccessKey: os.Getenv(envSampleSecretAccessKey)}
		names = Credentials{AccessKeyID: envSampleAccessKeyID, SecretAccessKey: envSampleSecretAccessKey}
	}
	if fixed == (Credentials{}) {
		return c, configError("there are no credentials; set AccessKeyID and SecretAccessKey, or Token, or Credentials, or Credential, or the variables %s and %s",
			envAccessKeyID, envSecretAccessKey)
	}
	if c.ProjectID == "" {
		if c.ProjectID = os.Getenv(envProjectID); c.ProjectID == "" {
			return c, configError("ProjectID is missing; set it, or the variable %s, to the project's id from IAM", envProjectID)
		}
		if flaw := credential.Flaw(envProjectID, c.ProjectID); flaw != "" {
			return c, configError("%s", flaw)
		}
	}
	return c.withFixed(fixed, names)
}

// withBrought looks at a credential of the SDK's own type and takes its project. Any other type cannot be asked for either.
func (c Config) withBrought() (Config, error) {
	if v := reflect.ValueOf(c.Credential); v.Kind() == reflect.Pointer && v.IsNil() {
		return c, configError("Credential is a nil %T; leave it out or give one that was built", c.Credential)
	}
	own, ok := c.Credential.(*basic.Credentials)
	if !ok {
		c.Credential = guarded{c.Credential}
		return c, nil
	}
	key := Credentials{AccessKeyID: own.AK, SecretAccessKey: own.SK, SecurityToken: own.SecurityToken}
	names := Credentials{AccessKeyID: "the Credential's AK", SecretAccessKey: "the Credential's SK", SecurityToken: "the Credential's SecurityToken"}
	if flaw := key.flaw(names); flaw != "" {
		return c, configError("%s", flaw)
	}
	switch {
	case own.ProjectId == "":
	case c.ProjectID == "":
		c.ProjectID = own.ProjectId
	case c.ProjectID != own.ProjectId:
		return c, configError("ProjectID is %q, the Credential's own is %q; leave one of them empty", wire.Clip(c.ProjectID), wire.Clip(own.ProjectId))
	}
	return c, nil
}

// guarded is a brought credential of a type whose secrets nobody here knows, so that they cannot be taken out of the texts of
// its errors.
type guarded struct{ auth.ICredential }

// ProcessAuthRequest signs. Of an error it says the type only.
func (g guarded) ProcessAuthRequest(client *impl.DefaultHttpClient, req *request.DefaultHttpRequest) (*request.DefaultHttpRequest, error) {
	signed, err := g.ICredential.ProcessAuthRequest(client, req)
	if err != nil {
		return nil, newUnquoted(fmt.Sprintf("Config.Credential, a %T, failed with a %T, which is not quoted: it may hold secrets", g.ICredential, err), err)
	}
	return signed, nil
}

// unquoted stands for an error whose text must not get out. It matches what that one matches, and says as it does whether
// trying again makes sense. It holds the error in a function, where no verb of fmt finds it.
type unquoted struct {
	text    string
	matches func(target error) bool
	again   bool
}

func newUnquoted(text string, err error) *unquoted {
	type retryable interface {
		error
		Retryable() bool
	}
	r, ok := errors.AsType[retryable](err)
	return &unquoted{text, func(target error) bool { return errors.Is(err, target) }, ok && r.Retryable()}
}

func (u *unquoted) Error() string        { return u.text }
func (u *unquoted) Is(target error) bool { return u.matches(target) }
func (u *unquoted) Retryable() bool      { return u.again }
