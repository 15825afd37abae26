using MongoDB.Driver;

namespace StrokeCare.Mongo;

/// <summary>Reads MONGO_URI and lays our own safety over it: what is acknowledged is on disk on a majority.</summary>
internal static class MongoAddress
{
    /// <summary>One time limit for a whole operation, server selection and retries included; the driver's own timeoutMS is not public yet.</summary>
    public static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Long enough for an election among healthy members to end most of the time.</summary>
    public static readonly TimeSpan SelectionTimeout = TimeSpan.FromSeconds(3);

    /// <exception cref="ArgumentException">The URI cannot be read, or asks for writes that can be lost. The message holds no password.</exception>
    public static MongoClientSettings Read(string uri)
    {
        var url = Parse(uri);
        if (url.W is { } w && w.ToString() != "majority")
            throw new ArgumentException($"MONGO_URI says w={w}: an acknowledged record could be lost. Leave w out, or say w=majority.", nameof(uri));
        if (url.Journal == false)
            throw new ArgumentException("MONGO_URI says journal=false: an acknowledged record could be lost. Leave it out, or say journal=true.", nameof(uri));

        var settings = MongoClientSettings.FromUrl(url);
        settings.ApplicationName ??= "strokecare";
        settings.WriteConcern = WriteConcern.WMajority.With(journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        settings.RetryReads = true;
        settings.RetryWrites = true;
        settings.ServerSelectionTimeout = Least(settings.ServerSelectionTimeout, SelectionTimeout);
        settings.ConnectTimeout = Least(settings.ConnectTimeout, SelectionTimeout);
        settings.WaitQueueTimeout = Least(settings.WaitQueueTimeout, OperationTimeout);
        return settings;
    }

    private static MongoUrl Parse(string uri)
    {
        try
        {
            return MongoUrl.Create(uri);
        }
        catch (MongoConfigurationException unreadable)
        {
            throw new ArgumentException("MONGO_URI is not a MongoDB connection string (mongodb://host:port/).", nameof(uri), unreadable);
        }
    }

    private static TimeSpan Least(TimeSpan given, TimeSpan most) => given < most ? given : most;
}
