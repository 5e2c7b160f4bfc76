return {"answer", "42", "keys", redis.call("DBSIZE")}
