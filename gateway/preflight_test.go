package gateway_test

import (
	"context"
	"testing"

	"sallyport"
	"sallyport/gateway/gatewaytest"
)

func TestCheckTarget(t *testing.T) {
	w := gatewaytest.Start(t, gatewaytest.Options{})
	target, login := w.Host.Target.Target, w.Host.Login()
	for _, asked := range []string{"", login} {
		findings, err := w.CheckTarget(context.Background(), gatewaytest.As(gatewaytest.Ada), target, asked)
		if err != nil || len(findings) < 5 || findings[0].Check != "host key" || findings[0].Level != "ok" {
			t.Errorf("login %q: got %+v, %v", asked, findings, err)
		}
	}
	entries, err := w.Log.Read(t.Context(), 0, w.Log.Size())
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	for _, raw := range entries {
		_, body, err := sallyport.DecodeEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		if b, ok := body.(*sallyport.TargetChecking); ok && b.Target == target && b.Login == login {
			checks++
		}
	}
	if checks != 2 {
		t.Errorf("%d of 2 checks are in the ledger", checks)
	}
	for _, tt := range []struct {
		by     sallyport.PersonID
		target sallyport.TargetID
		login  string
		code   sallyport.Code
	}{
		{gatewaytest.Ana, target, login, sallyport.NotFound}, // whoever may not maintain targets does not learn which there are
		{gatewaytest.Aud, target, login, sallyport.NotFound},
		{gatewaytest.Ada, "web-99", login, sallyport.NotFound},
		{gatewaytest.Ada, target, "root", sallyport.Invalid},
	} {
		if findings, err := w.CheckTarget(context.Background(), gatewaytest.As(tt.by), tt.target, tt.login); sallyport.CodeOf(err) != tt.code || findings != nil {
			t.Errorf("%s, %s, %s: got %+v, %v", tt.by, tt.target, tt.login, findings, err)
		}
	}
}
