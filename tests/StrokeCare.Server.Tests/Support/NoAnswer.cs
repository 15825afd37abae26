using System.Net.Sockets;

namespace StrokeCare.Server.Tests.Support;

/// <summary>What an HTTP client throws when the server is gone, or never was there: the request may or may not have had its effect.</summary>
internal static class NoAnswer
{
    /// <remarks>
    /// A server that dies between accepting a connection and the client's asking who is at its other end makes .NET throw the socket's
    /// exception as it is, not as the inner one of an <see cref="HttpRequestException"/>.
    /// </remarks>
    public static bool Is(Exception exception) => exception is HttpRequestException or SocketException or IOException or TaskCanceledException;
}
