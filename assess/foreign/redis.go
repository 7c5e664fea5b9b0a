package foreign

import (
	"strings"

	"sallyport"
	"sallyport/assess/command"
	"sallyport/assess/value"
)

// redisLooks are commands of redis that only read its data or say how it is.
var redisLooks = set(`ping echo get mget getrange strlen exists keys scan type ttl pttl hget hgetall hkeys hvals hlen hmget hexists hscan lrange llen lindex smembers scard sismember sscan
	zrange zcard zscore zrank zrangebyscore zscan info dbsize time lastsave role object memory latency slowlog monitor subscribe psubscribe command hello select auth quit exit client cluster debug randomkey
	dump xrange xlen xread xinfo pfcount geopos geodist bitcount getbit watch unwatch multi exec wait`)

// redisWrites are commands that change data.
var redisWrites = set(`set setex psetex setnx mset msetnx append incr incrby decr decrby getset getdel del unlink expire expireat pexpire persist rename renamenx move copy hset hsetnx hmset hdel hincrby lpush rpush
	lpop rpop lset lrem ltrim linsert sadd srem spop smove zadd zrem zincrby publish restore xadd xdel xtrim xgroup xack pfadd pfmerge geoadd setbit setrange sort bitop swapdb`)

// redis reads commands of redis, one a line. Where it saves its data is remembered from line to line.
func redis(res *command.Result, program value.Str, _ []value.Str, _ command.Context) {
	r := &recorder{res: res, via: "redis"}
	var dir, file value.Str
	for _, l := range program.Split("\n") {
		f, _ := trim(l).Fields()
		if len(f) == 0 {
			continue
		}
		verb := strings.ToLower(f[0].String())
		arg := func(n int) value.Str {
			if n < len(f) {
				return f[n]
			}
			return value.Str{}
		}
		switch sub := strings.ToLower(arg(1).String()); {
		case verb == "config" && sub == "set":
			switch strings.ToLower(arg(2).String()) {
			case "dir":
				dir = arg(3)
				r.effect(sallyport.EffectWrite, dir, "redis saves its data there")
			case "dbfilename":
				file = arg(3)
				r.effect(sallyport.EffectWrite, value.Path(dir, file), "redis saves its data there")
			case "requirepass", "masterauth":
				r.effect(sallyport.EffectCredential, value.Lit("redis password"), "changed")
			}
			r.effect(sallyport.EffectDatabase, value.Lit("redis settings"), trim(l).String())
		case verb == "config" && sub == "rewrite":
			r.effect(sallyport.EffectWrite, value.Lit("redis.conf"), "settings kept")
		case verb == "config":
			res.Flows = append(res.Flows, command.Flow{From: command.End{Kind: command.System, Target: value.Lit("redis settings")}, To: command.End{Kind: command.Stdout}})
		case verb == "save" || verb == "bgsave" || verb == "bgrewriteaof":
			target := value.Lit("redis data file")
			if !file.Empty() || !dir.Empty() {
				target = value.Path(dir, file)
			}
			r.effect(sallyport.EffectWrite, target, "redis data")
		case verb == "slaveof" || verb == "replicaof" || verb == "migrate":
			r.effect(sallyport.EffectConnect, value.Concat(arg(1), value.Lit(":"), arg(2)), "redis takes or gives its data there")
		case verb == "module" && sub == "load":
			r.effect(sallyport.EffectExec, arg(2), "compiled code that redis loads")
			r.unknown("what the module " + arg(2).String() + " does is not known")
		case verb == "eval" || verb == "evalsha" || verb == "script" || verb == "function" || verb == "fcall":
			r.effect(sallyport.EffectDatabase, value.Lit("redis data"), verb)
			r.unknown("the program that redis runs is not followed")
		case verb == "flushall" || verb == "flushdb":
			r.effect(sallyport.EffectIrreversible, value.Lit("redis data"), verb)
		case verb == "shutdown" || verb == "failover":
			r.effect(sallyport.EffectService, value.Lit("redis"), verb)
		case verb == "acl":
			r.effect(sallyport.EffectAccount, value.Lit("redis users"), trim(l).String())
		case redisWrites[verb]:
			r.effect(sallyport.EffectDatabase, value.Lit("redis data"), verb+" "+arg(1).String())
		case redisLooks[verb]:
			res.Flows = append(res.Flows, command.Flow{From: command.End{Kind: command.Secret, Target: value.Lit("redis data")}, To: command.End{Kind: command.Stdout}})
		default:
			r.unknown("the command " + f[0].String() + " of redis is not understood")
		}
	}
}
