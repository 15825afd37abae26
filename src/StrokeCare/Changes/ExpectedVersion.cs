namespace StrokeCare.Changes;

/// <summary>The version a caller says it saw: from If-Match (a stale one is 412) or from the body (409). Every change needs one.</summary>
public readonly record struct ExpectedVersion(long? IfMatch, long? Body)
{
    public const string ChangedCode = "version.changed";

    public static Error Required { get; } = new(
        ErrorKind.PreconditionRequired, "version.required", "Send the version you saw, as If-Match: \"<version>\" or as version in the body.");

    public static Error Changed(bool fromHeader) => new(
        fromHeader ? ErrorKind.PreconditionFailed : ErrorKind.Conflict, ChangedCode, "The record was changed meanwhile. Read it again and repeat your change.");

    /// <summary>Null when the stored version is the expected one.</summary>
    public Error? Mismatch(long stored) => this switch
    {
        { IfMatch: null, Body: null } => Required,
        { IfMatch: { } header } when header != stored => Changed(fromHeader: true),
        { Body: { } body } when body != stored => Changed(fromHeader: false),
        _ => null,
    };

    /// <summary>The answer when the write itself found another version: somebody was faster.</summary>
    public Error LostRace => Changed(IfMatch is not null);
}
