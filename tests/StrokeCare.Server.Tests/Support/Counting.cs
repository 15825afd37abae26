using System.Reflection;

namespace StrokeCare.Server.Tests.Support;

/// <summary>Stands before a store, passes every call on and counts them: each is one round trip.</summary>
public class Counting : DispatchProxy
{
    private object store = null!;

    public int RoundTrips { get; private set; }

    public static (T Store, Counting Count) On<T>(T store)
        where T : class
    {
        var proxy = Create<T, Counting>();
        var counting = (Counting)(object)proxy;
        counting.store = store;
        return (proxy, counting);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        RoundTrips++;
        return targetMethod!.Invoke(store, args);
    }
}
