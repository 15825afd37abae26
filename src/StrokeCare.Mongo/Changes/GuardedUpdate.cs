using MongoDB.Bson;
using MongoDB.Driver;

namespace StrokeCare.Mongo.Changes;

/// <summary>An update of one document at one version, and what is known of it when the connection is lost on the way.</summary>
internal static class GuardedUpdate
{
    /// <summary>True: written. False: known not to be, or at least not found at the first look.</summary>
    /// <param name="update">Sends it.</param>
    /// <param name="look">At the document, as far as its state.</param>
    /// <param name="write">Which call this is.</param>
    /// <param name="next">The version it makes.</param>
    /// <param name="what">It changes, for whoever has to look for themselves.</param>
    public static async Task<bool> TryAsync(Func<Task<UpdateResult>> update, Func<Task<StoredState?>> look, ObjectId write, long next, string what)
    {
        try
        {
            return (await update()).MatchedCount == 1;
        }
        catch (Exception outage) when (MongoOutage.Is(outage))
        {
            var stored = await look();
            if (stored?.WasWrittenBy(write) == true) return true;
            // At the very next version it is somebody else's; before it, ours may still come; after it, nobody can tell.
            if (stored is null || stored.Version == next) return false;
            throw MongoConnection.Unavailable($"did not answer to a change of {what}; read it before repeating it", outage);
        }
    }
}
