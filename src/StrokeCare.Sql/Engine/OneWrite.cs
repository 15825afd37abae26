namespace StrokeCare.Sql.Engine;

/// <summary>A write of one statement, told as data: it needs no transaction of its own, and no thread to wait for it.</summary>
/// <param name="Statement">Durable by itself, and changes nothing when it is run again.</param>
/// <param name="Values">Of the statement and of what follows on it.</param>
/// <param name="Done">The answer when it changed a row.</param>
/// <param name="WhyNot">Asks for the answer when it changed none.</param>
internal sealed record OneWrite<T>(Statement Statement, object?[] Values, T Done, Func<DbSession, T> WhyNot)
{
    /// <summary>Where a test may kill or throw (nothing at all in a Release build).</summary>
    public required Action Before { get; init; }

    public required Action After { get; init; }

    public T Run(DbSession session)
    {
        Before();
        var result = session.Execute(Statement, Values) > 0 ? Done : WhyNot(session);
        After();
        return result;
    }
}
