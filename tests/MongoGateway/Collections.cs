using MongoDB.Bson;

namespace MongoGateway;

/// <summary>Commands on whole collections and databases.</summary>
internal sealed class Collections(Engine engine, ShardingCatalog sharding)
{
    public async Task<Reply> CreateAsync(Request request, Scope scope)
    {
        await engine.CallAsync(scope,
            "SELECT documentdb_api.create_collection_view($1, $2::documentdb_core.bson)::bytea, NULL::bytea, true, 0::bigint",
            request.MaxTimeMs, request.Database, request.Body);
        return Reply.Ok;
    }

    public async Task<Reply> ModifyAsync(Request request, Scope scope) => new((await engine.CallAsync(scope,
        "SELECT documentdb_api.coll_mod($1, $2, $3::documentdb_core.bson)::bytea, NULL::bytea, true, 0::bigint",
        request.MaxTimeMs, request.Database, Named(request), request.Body)).Document!);

    public async Task<Reply> DropAsync(Request request, Scope scope)
    {
        await engine.CallAsync(scope,
            "SELECT NULL::bytea, NULL::bytea, documentdb_api.drop_collection($1, $2), 0::bigint",
            request.MaxTimeMs, request.Database, Named(request));
        await sharding.ForgetAsync($"{request.Database}.{Named(request)}");
        return Reply.Ok;
    }

    public async Task<Reply> DropDatabaseAsync(Request request, Scope scope)
    {
        await engine.CallAsync(scope,
            "SELECT NULL::bytea, NULL::bytea, documentdb_api.drop_database($1) IS NULL, 0::bigint",
            request.MaxTimeMs, request.Database);
        await sharding.ForgetAsync(request.Database + '.');
        return Reply.Of(new BsonDocument { { "dropped", request.Database }, { "ok", 1.0 } });
    }

    public async Task<Reply> RenameAsync(Request request, Scope scope)
    {
        await engine.CallAsync(scope,
            "SELECT documentdb_api.rename_collection($1::documentdb_core.bson)::bytea, NULL::bytea, true, 0::bigint",
            request.MaxTimeMs, request.Body);
        return Reply.Ok;
    }

    public async Task<Reply> ListDatabasesAsync(Request request, Scope scope) => new((await engine.CallAsync(scope,
        "SELECT documentdb_api.list_databases($1::documentdb_core.bson)::bytea, NULL::bytea, true, 0::bigint",
        request.MaxTimeMs, request.Body)).Document!);

    public async Task<Reply> StatsAsync(Request request, Scope scope) => new((await engine.CallAsync(scope,
        "SELECT documentdb_api.coll_stats($1, $2)::bytea, NULL::bytea, true, 0::bigint",
        request.MaxTimeMs, request.Database, Named(request))).Document!);

    public async Task<Reply> DatabaseStatsAsync(Request request, Scope scope) => new((await engine.CallAsync(scope,
        "SELECT documentdb_api.db_stats($1)::bytea, NULL::bytea, true, 0::bigint",
        request.MaxTimeMs, request.Database)).Document!);

    private static string Named(Request request) =>
        request.Collection ?? throw new CommandFailure(EngineErrors.TypeMismatch, $"'{request.Name}' needs a collection name");
}
