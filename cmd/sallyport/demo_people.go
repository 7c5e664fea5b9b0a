package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/crypto/ssh"

	"sallyport"
	"sallyport/gateway"
	"sallyport/policy"
)

// The demo's people beside those of its story: whom a profile may ask for, and somebody whom it may keep out.
const (
	demoOther    sallyport.PersonID = "adam" // the other administrator: nobody records their own facts
	demoOwner    sallyport.PersonID = "olli"
	demoApprover sallyport.PersonID = "app"
	demoForeign  sallyport.PersonID = "fay"
)

// demoPeople says who plays which part of a profile's table of cases.
var demoPeople = []struct {
	id   sallyport.PersonID
	name string
	part string
	role sallyport.Role
}{
	{demoAdmin, "Ada (administrator)", "administrator", sallyport.RoleAdministrator},
	{demoOther, "Adam (administrator)", "administrator", sallyport.RoleAdministrator},
	{demoEngineer, "Ana (engineer)", "engineer", sallyport.RoleEngineer},
	{demoEscort, "Ed (escort)", "escort", sallyport.RoleEscort},
	{demoSecond, "Sue (second person)", "second", sallyport.RoleSecond},
	{demoAuditor, "Aud (auditor)", "auditor", sallyport.RoleAuditor},
	{demoOwner, "Olli (system owner)", "owner", sallyport.RoleSystemOwner},
	{demoApprover, "App (approver)", "approver", sallyport.RoleApprover},
	{demoForeign, "Fay (another engineer)", "foreign", sallyport.RoleEngineer},
}

// people adds everyone with the facts that the profile's own table of cases gives them. What stands there is made up, and so is its evidence.
func (d *demo) people(ctx context.Context, set *policy.Set) error {
	g, admin := d.node.gateway, gateway.Caller{Person: demoAdmin, Door: "cli"}
	parts, err := set.Examples()
	if err != nil {
		return err
	}
	if outside, ok := parts["outside"]; ok {
		parts["foreign"] = outside
	}
	for _, p := range demoPeople {
		if p.id == demoAdmin {
			continue
		}
		details, err := sallyport.EncodeJSON(sallyport.PersonDetails{Name: p.name, Email: string(p.id) + "@demo.example"})
		if err == nil {
			err = g.Record(ctx, admin, &sallyport.PersonAdded{Person: p.id}, details)
		}
		if err == nil {
			err = g.Record(ctx, admin, &sallyport.RoleAssigned{Person: p.id, Role: p.role, System: "*"})
		}
		if err != nil {
			return err
		}
	}
	for _, p := range demoPeople {
		by := admin
		if p.id == demoAdmin {
			by.Person = demoOther
		}
		facts := parts[p.part].Facts
		for _, name := range slices.Sorted(maps.Keys(facts)) {
			fact := *facts[name].Fact
			fact.Verifier, fact.Verified, fact.Evidence = by.Person, time.Now().UTC().Truncate(time.Second), sallyport.Evidence{Kind: "demo", Reference: "made up for the demo"}
			b, err := fact.Encode()
			if err == nil {
				err = g.Record(ctx, by, &sallyport.FactRecorded{Person: p.id, Name: fact.Name, Until: fact.Until}, b)
			}
			if err != nil {
				return fmt.Errorf("fact %s of %s: %w", name, p.id, err)
			}
		}
	}
	return nil
}

// disclose writes into the system's plan everyone whom the demo has, so that it is not the disclosure that keeps anyone out.
func (d *demo) disclose(ctx context.Context) error {
	var countries, employers []string
	add := func(list *[]string, v string) {
		if v != "" && !slices.Contains(*list, v) {
			*list = append(*list, v)
			slices.Sort(*list)
		}
	}
	people, err := d.node.gateway.People(ctx, gateway.Caller{Person: demoAdmin, Door: "cli"}, gateway.PeopleFilter{})
	if err != nil {
		return err
	}
	for _, p := range people {
		for _, f := range p.Facts {
			fact, ok := f.Value.(*sallyport.Fact)
			if !ok {
				continue
			}
			switch v := fact.Value.(type) {
			case sallyport.Citizenship:
				for _, c := range v.Countries {
					add(&countries, c)
				}
			case sallyport.Location:
				add(&countries, v.Country)
			case sallyport.Office:
				add(&countries, v.Country)
			case sallyport.Employer:
				add(&employers, v.Name)
			}
		}
	}
	return d.node.gateway.Record(ctx, gateway.Caller{Person: demoOwner, Door: "cli"}, &sallyport.DisclosureSet{System: demoSystem, Version: "1", Countries: countries, Employers: employers})
}

// signingKeys enrols a key to sign with for everyone whose proposals and decisions the profile wants signed. The demo holds them; in life each
// person's own machine does.
func (d *demo) signingKeys(ctx context.Context, set *policy.Set) error {
	d.signers = map[sallyport.PersonID]ssh.Signer{}
	if !set.Profile().SignProposals && !set.Profile().SignDecisions {
		return nil
	}
	for _, p := range []sallyport.PersonID{demoEngineer, demoEscort, demoSecond} {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		signer, err := ssh.NewSignerFromSigner(key)
		if err != nil {
			return err
		}
		d.signers[p] = signer
		block, err := ssh.MarshalPrivateKey(key, "sallyport demo, "+string(p))
		if err != nil {
			return err
		}
		if err := os.WriteFile(d.signingKey(p), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
		if err := d.node.gateway.Record(ctx, gateway.Caller{Person: demoAdmin, Door: "cli"}, &sallyport.KeyEnrolled{Person: p, Key: sallyport.KeyID(ssh.FingerprintSHA256(signer.PublicKey())), Form: "ssh",
			Public: authorizedKey(signer.PublicKey()), Use: []string{"sign"}}); err != nil {
			return err
		}
	}
	return nil
}

// signingKey is the file of a person's key, for ssh-add: `sallyport propose` and `sallyport decide` sign with what an agent holds.
func (d *demo) signingKey(p sallyport.PersonID) string {
	return filepath.Join(d.dir, string(p)+"_signing_key")
}

// gatesNote says what stands before a session under the profile, and who of the demo passes it.
func (d *demo) gatesNote() error {
	set, err := policy.Open(d.o.profile)
	if err != nil {
		return err
	}
	p := set.Profile()
	if p.SessionApproval {
		fmt.Fprintln(d.out, "   The session needs an approval of its own first: the approver's link.")
	}
	if p.OwnerConsent {
		fmt.Fprintln(d.out, "   The system's owner must consent first: the system owner's link.")
	}
	if len(d.signers) == 0 {
		return nil
	}
	fmt.Fprintln(d.out, "   What people decide, and under some profiles what they propose, carries their own signature: in the console with a passkey, or with\n   `sallyport propose` and `sallyport decide`, a token and a key in an SSH agent:")
	for _, who := range []sallyport.PersonID{demoEngineer, demoEscort, demoSecond} {
		if _, err := d.apiClient(who); err != nil {
			return err
		}
		fmt.Fprintf(d.out, "     ssh-add %s; export SALLYPORT_SERVER=%s SALLYPORT_TOKEN_FILE=%s\n", d.signingKey(who), d.node.cfg.Web.Origin, filepath.Join(d.dir, string(who)+".token"))
	}
	return nil
}

func fingerprint(s ssh.Signer) string { return ssh.FingerprintSHA256(s.PublicKey()) }
