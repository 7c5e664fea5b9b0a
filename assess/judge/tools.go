package judge

import (
	"path"
	"regexp"
	"strings"

	"sallyport"
	"sallyport/assess/shell"
)

// attackTools are programs made to break in, to look for ways in, or to stay: by the first word of their file's name.
var attackTools = set("mimipenguin linpeas linenum lse lazagne pspy pspy32 pspy64 traitor deepce peirates kube-hunter botb pacu stratus linux-exploit-suggester unix-privesc-check " +
	"sudo_killer chisel ligolo ligolo-ng revsocks rsocx gs-netcat gsocket pwncat dnscat dnscat2 iodine dns2tcp ptunnel icmpsh merlin sliver pupy meterpreter msfvenom msfconsole " +
	"xmrig xmr-stak minerd cpuminer cgminer bloodhound kerbrute impacket responder evilginx 3snake mimikatz tsh rekoobe swapgs dirtypipe dirtycow pwnkit")

// rootkits are kernel modules that hide things from the machine's owner.
var rootkits = set("diamorphine reptile suterusu adore adore-ng knark azazel jynx jynx2 vlany beurk bdvl puma drovorub kovid nurupo brootus rootkit")

// tool names the attack tool that a file is: "" for none.
func tool(p string) string {
	b := strings.ToLower(path.Base(clean(p)))
	for ext := path.Ext(b); ext != "" && len(ext) < 5; ext = path.Ext(b) {
		b = strings.TrimSuffix(b, ext)
	}
	if attackTools[b] {
		return b
	}
	return ""
}

// attack judges what is run by its name.
func (j *judge) attack(e *shell.Effect, p string) {
	if t := tool(p); t != "" && !j.told("attack-tool", e.Place) {
		j.find("attack-tool", high, e.Place, "Runs %s, a tool for finding or using weaknesses", t)
	}
}

// usual matches names of modules that kernels and well-known drivers bring along: by family, because there are thousands.
var usual = regexp.MustCompile(`^(8021q|9p|acpi|act_|ae?sni|aes|af_|ah[46]|ahci|algif|amd|ao?e|arp|asus|ata_|ath|aufs|autofs|b43|bcache|be2|binfmt|blow|bluetooth|bnep|bnx|bond|br_|bridge|brcm|btrfs|btusb|` +
	`can|ccm|cdc|cdrom|ceph|cfg80211|ch34|cifs|cls_|configfs|core|cp210|cpu|crc|cryp|cuse|dca|deflate|dlm|dm[-_]|drbd|drm|dummy|e1000|ebt|ecryptfs|edac|efi|ehci|em_|ena$|erofs|esp[46]|ext[234]|fat|fb|fcoe|firewire|floppy|` +
	`fou|ftdi|fuse|gcm|geneve|gfs2|gpio|gre|hfs|hid|hv_|hwmon|i2c|i40e|i915|iavf|ib_|ice$|ifb|igb|igc|inet|input|intel|iommu|ip6?_?|ip6?t|iscsi|isofs|it87|iTCO|iw|ixgb|jbd|jfs|joydev|k10temp|kvm|l2tp|ledtrig|libcrc|linear|lm[0-9]|` +
	`lockd|loop|lp$|lru|mac|mbcache|md[-_0-9]|megaraid|mei|mlx|mmc|mpls|mpt|msdos|msr|multipath|nbd|nct|net|nf|nhpoly|nls|nouveau|ntfs|null_blk|nvidia|nvme|ocfs|openvswitch|overlay|p8022|parport|pci|pcs|pktgen|ppp|ps2|pstore|` +
	`psnap|ptp|qede|qla|quota|r81|raid|rbd|rdma|rds|reiserfs|rfkill|rpc|rt|rxrpc|s2io|sata|sch_|scsi|sctp|sd_|serial|serio|sfc|sg$|sha|sit|slip|smb|snd|soft|sound|spi|squashfs|sr_mod|st$|stp|sun|tap|target|tcm|tcp|tg3|thunder|` +
	`tls|tpm|ttm|tun|twofish|ublk|udf|udp|uhci|uinput|uio|usb|uvc|v4l|vbox|vcan|veth|vfat|vfio|vga|vhci|vhost|video|virtio|vm[wxc]|vport|vrf|vsock|vxlan|vxcan|w1|w83|watchdog|wireguard|wl|x25|x_tables|xen|xfrm|xfs|xhci|xor|xt_|xts|xz|z3fold|` +
	`zfs|zram|zsmalloc|zstd|spl|module|settings)`)

// module judges a kernel module by its name.
func (j *judge) module(e *shell.Effect, t string) sallyport.Verdict {
	name := strings.ReplaceAll(path.Base(t), "-", "_")
	switch {
	case rootkits[strings.ToLower(path.Base(t))] || rootkits[strings.ToLower(name)]:
		j.find("persist-module", critical, e.Place, "Loads the kernel module %s, which hides things from the owner of the machine", t)
		return critical
	case strings.Contains(t, "/") && !has(clean(t), "/lib/modules", "/usr/lib/modules"):
		j.find("persist-module", high, e.Place, "Loads a kernel module from %s, which is not where the system keeps its own", t)
		return high
	case !strings.ContainsAny(t, "‹/") && !usual.MatchString(name):
		j.find("persist-module", high, e.Place, "Loads the kernel module %s, which is not one that kernels bring along", t)
		return high
	}
	j.find("persist-module", medium, e.Place, "Loads the kernel module %s", t)
	return medium
}
